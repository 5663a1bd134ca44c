// Preloaded (`node --import`): the program as a later release, whose tenant schema has more migrations
import { tenantSchema } from '../../../dist/libs/accounting/src/index.js';
import { StepMigration } from '../../../dist/libs/common/src/index.js';

/** Companies with two ledgers of the same credit days cannot have it: the poisoned ones of the tests. */
class AddLedgerRegion1900000000001 extends StepMigration {
  phase = 'expand';
  release = '9.0.0';
  steps = [
    { up: 'ALTER TABLE ledgers ADD COLUMN region VARCHAR(40) NULL', down: 'ALTER TABLE ledgers DROP COLUMN region' },
    {
      up: "UPDATE ledgers SET notes = CONCAT(notes, ' migrated') WHERE name = 'Cash'",
      down: "UPDATE ledgers SET notes = REPLACE(notes, ' migrated', '') WHERE name = 'Cash'",
    },
    {
      up: 'ALTER TABLE ledgers ADD UNIQUE KEY ledgers_credit_days (credit_days)',
      down: 'ALTER TABLE ledgers DROP KEY ledgers_credit_days',
    },
  ];
}

tenantSchema.migrations.push(AddLedgerRegion1900000000001);
tenantSchema.schemaVersion = '1900000000001';
