import { type MigrationStep, StepMigration } from '@finvera/common';
import { FIRST_FLOOR_TABLES } from './first-floor.tables.js';
import { FIRST_FLOOR_TRIGGERS } from './first-floor.triggers.js';

/** Users, chart of accounts, vouchers with entries and bills, periods, settings, edit log. */
export class FirstFloor1795478400000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    ...Object.entries(FIRST_FLOOR_TABLES).map(([table, up]) => ({ up, down: `DROP TABLE ${table}` })),
    ...Object.entries(FIRST_FLOOR_TRIGGERS).map(([trigger, up]) => ({ up, down: `DROP TRIGGER ${trigger}` })),
  ];
}
