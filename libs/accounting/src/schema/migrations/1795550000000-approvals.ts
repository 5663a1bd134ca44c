import { type MigrationStep, StepMigration } from '@finvera/common';
import { refuse, STAMPS, TABLE_OPTIONS, tableSteps, triggerSteps } from './parts.js';

const TABLES = {
  approval_rules: `CREATE TABLE approval_rules (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  voucher_type_id BIGINT UNSIGNED NULL,
  from_amount DECIMAL(22,4) NOT NULL DEFAULT 0,
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY approval_rules_name (name),
  KEY approval_rules_type (voucher_type_id),
  CONSTRAINT approval_rules_type FOREIGN KEY (voucher_type_id) REFERENCES voucher_types (id),
  CONSTRAINT approval_rules_amount CHECK (from_amount >= 0)
) ${TABLE_OPTIONS}`,

  voucher_approvals: `CREATE TABLE voucher_approvals (
  voucher_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  state ENUM('submitted','approved','rejected','withdrawn') NOT NULL,
  version INT UNSIGNED NOT NULL,
  total DECIMAL(22,4) NOT NULL,
  submitted_by_id VARCHAR(64) NOT NULL,
  submitted_by VARCHAR(254) NOT NULL,
  submitted_at DATETIME(6) NOT NULL,
  decided_by_id VARCHAR(64) NULL,
  decided_by VARCHAR(254) NULL,
  decided_at DATETIME(6) NULL,
  reason VARCHAR(500) NULL,
  KEY voucher_approvals_waiting (state, submitted_at, voucher_id),
  CONSTRAINT voucher_approvals_voucher FOREIGN KEY (voucher_id) REFERENCES vouchers (id) ON DELETE CASCADE,
  CONSTRAINT voucher_approvals_two_people CHECK (state <> 'approved' OR (decided_by_id IS NOT NULL AND decided_by_id <> submitted_by_id))
) ${TABLE_OPTIONS}`,
};

/** The least amount that any rule asks about, where every post finds it; whoever posts at this moment is waited for. */
const keepLeast = (event: 'INSERT' | 'UPDATE' | 'DELETE') => `AFTER ${event} ON approval_rules FOR EACH ROW
  BEGIN
    UPDATE company_settings SET approval_from = (SELECT MIN(from_amount) FROM approval_rules WHERE is_active = 1) WHERE id = 1;
  END`;

const TRIGGERS = {
  approval_rules_added: `CREATE TRIGGER approval_rules_added ${keepLeast('INSERT')}`,
  approval_rules_changed: `CREATE TRIGGER approval_rules_changed ${keepLeast('UPDATE')}`,
  approval_rules_removed: `CREATE TRIGGER approval_rules_removed ${keepLeast('DELETE')}`,

  vouchers_guard_approval: `CREATE TRIGGER vouchers_guard_approval BEFORE UPDATE ON vouchers FOR EACH ROW
  BEGIN
    IF OLD.status = 'draft' AND NEW.status = 'posted'
        AND EXISTS (SELECT 1 FROM company_settings WHERE approval_from <= NEW.total)
        AND EXISTS (SELECT 1 FROM approval_rules r JOIN voucher_types t ON t.id = NEW.voucher_type_id
          WHERE r.is_active = 1 AND r.from_amount <= NEW.total AND (r.voucher_type_id IS NULL OR r.voucher_type_id = NEW.voucher_type_id)
            AND t.base_type NOT IN ('opening', 'closing'))
        AND NOT EXISTS (SELECT 1 FROM voucher_approvals a
          WHERE a.voucher_id = NEW.id AND a.state = 'approved' AND a.version = NEW.version AND a.total = NEW.total) THEN
      ${refuse('approval_required: a rule asks for the approval of this voucher')};
    END IF;
  END`,

  voucher_approvals_guard_change: `CREATE TRIGGER voucher_approvals_guard_change BEFORE UPDATE ON voucher_approvals FOR EACH ROW
  BEGIN
    IF OLD.state = 'approved' THEN
      ${refuse('an approval that was given stays as it is')};
    END IF;
  END`,

  voucher_approvals_stay: `CREATE TRIGGER voucher_approvals_stay BEFORE DELETE ON voucher_approvals FOR EACH ROW
  BEGIN
    IF OLD.state = 'approved' THEN
      ${refuse('an approval that was given stays as it is')};
    END IF;
  END`,
};

/** Rules by which a second person approves vouchers before they are posted. */
export class Approvals1795550000000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    {
      up: 'ALTER TABLE company_settings ADD COLUMN approval_from DECIMAL(22,4) NULL',
      down: 'ALTER TABLE company_settings DROP COLUMN approval_from',
    },
    ...tableSteps(TABLES),
    ...triggerSteps(TRIGGERS),
    {
      up: `UPDATE roles SET permissions = JSON_ARRAY_APPEND(permissions, '$', 'vouchers:approve')
  WHERE code = 'administrator' AND JSON_SEARCH(permissions, 'one', 'vouchers:approve') IS NULL`,
      down: null,
    },
  ];
}
