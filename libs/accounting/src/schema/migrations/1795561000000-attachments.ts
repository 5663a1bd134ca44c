import { type MigrationStep, StepMigration } from '@finvera/common';
import { refuse, TABLE_OPTIONS, tableSteps, triggerSteps } from './parts.js';

const TABLES = {
  // a voucher that is deleted (a draft) leaves its attachments to be swept together with their content
  attachments: `CREATE TABLE attachments (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  voucher_id BIGINT UNSIGNED NULL,
  state ENUM('uploading','stored','removed') NOT NULL DEFAULT 'uploading',
  name VARCHAR(200) NOT NULL,
  content_type VARCHAR(100) NOT NULL DEFAULT '',
  size_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0,
  sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  uploaded_by VARCHAR(254) NOT NULL,
  uploaded_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  KEY attachments_voucher (voucher_id, state, id),
  KEY attachments_sweep (state, uploaded_at),
  CONSTRAINT attachments_voucher FOREIGN KEY (voucher_id) REFERENCES vouchers (id) ON DELETE SET NULL
) ${TABLE_OPTIONS}`,
};

const TRIGGERS = {
  attachments_guard_change: `CREATE TRIGGER attachments_guard_change BEFORE UPDATE ON attachments FOR EACH ROW
  BEGIN
    IF NEW.id <> OLD.id OR (OLD.state = 'removed' AND NEW.state <> 'removed') OR (OLD.state = 'stored' AND NEW.state = 'uploading') THEN
      ${refuse('an attachment that was removed does not come back')};
    END IF;
    IF OLD.state <> 'uploading' AND NOT (NEW.name = OLD.name AND NEW.content_type = OLD.content_type AND NEW.size_bytes = OLD.size_bytes
        AND NEW.sha256 = OLD.sha256 AND NEW.voucher_id <=> OLD.voucher_id) THEN
      ${refuse('an attachment is not changed; it is removed, and another one added')};
    END IF;
  END`,

  attachments_stay: `CREATE TRIGGER attachments_stay BEFORE DELETE ON attachments FOR EACH ROW
  BEGIN
    IF OLD.state = 'stored' AND OLD.voucher_id IS NOT NULL THEN
      ${refuse('an attachment is removed before it is deleted, so that the edit log has it')};
    END IF;
  END`,
};

/** Files beside vouchers: what they are stands here, their content in the store of files. */
export class Attachments1795561000000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [...tableSteps(TABLES), ...triggerSteps(TRIGGERS)];
}
