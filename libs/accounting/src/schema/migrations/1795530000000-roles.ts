import { type MigrationStep, StepMigration } from '@finvera/common';

const READS = ['users', 'settings', 'groups', 'ledgers', 'voucher_types', 'vouchers', 'reports', 'edit_log'];

/** Companies make roles of their own, down to voucher types; auditors read everything. */
export class Roles1795530000000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    {
      up: 'ALTER TABLE roles ADD COLUMN voucher_type_ids JSON NULL',
      down: 'ALTER TABLE roles DROP COLUMN voucher_type_ids',
    },
    {
      up: 'ALTER TABLE roles ADD COLUMN version INT UNSIGNED NOT NULL DEFAULT 1',
      down: 'ALTER TABLE roles DROP COLUMN version',
    },
    { up: 'ALTER TABLE roles ADD UNIQUE KEY roles_name (name)', down: 'ALTER TABLE roles DROP KEY roles_name' },
    {
      up: `INSERT IGNORE INTO roles (id, code, name, permissions, is_reserved)
  VALUES (1, 'auditor', 'Auditor', '${JSON.stringify(READS.map((what) => `${what}:read`))}', 1)`,
      down: null,
    },
  ];
}
