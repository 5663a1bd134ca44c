// Preloaded (`node --import`): the program as a release whose tenant schema has one ALTER more
import { tenantSchema } from '../../dist/libs/accounting/src/index.js';
import { StepMigration } from '../../dist/libs/common/src/index.js';

class AddRegion1900000000001 extends StepMigration {
  phase = 'expand';
  release = '9.0.0';
  steps = [
    { up: 'ALTER TABLE ledgers ADD COLUMN region VARCHAR(40) NULL', down: 'ALTER TABLE ledgers DROP COLUMN region' },
  ];
}

tenantSchema.migrations.push(AddRegion1900000000001);
tenantSchema.schemaVersion = '1900000000001';
