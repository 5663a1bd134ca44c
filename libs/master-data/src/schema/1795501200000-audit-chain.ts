import { quoteIdentifier } from '@finvera/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';
import { MASTER_TRIGGERS } from './first-floor.tables.js';

const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';
const START = '0'.repeat(64);
const COLUMNS: Record<string, string> = {
  last_id: 'BIGINT UNSIGNED NOT NULL DEFAULT 0',
  gapless_after: 'BIGINT UNSIGNED NOT NULL DEFAULT 0',
  anchor_id: 'BIGINT UNSIGNED NOT NULL DEFAULT 0',
  anchor_hash: `CHAR(64) ${ASCII} NOT NULL DEFAULT '${START}'`,
  seal: `VARCHAR(120) ${ASCII} NOT NULL DEFAULT ''`,
};
const INDEXES: Record<string, string> = {
  audit_log_actor: '(actor_name, id)',
  audit_log_at: '(at)',
};
const NO_DELETE = `CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log FOR EACH ROW
  IF OLD.id > COALESCE((SELECT anchor_id FROM audit_log_head WHERE slot = 1), 0)
    THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit log is not deleted'; END IF`;

/** Entries are numbered without gaps, the head is sealed, and what stands before an audited checkpoint may go. */
export class MasterAuditChain1795501200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [column, type] of Object.entries(COLUMNS)) await addColumn(queryRunner, 'audit_log_head', column, type);
    // numbers of former entries have gaps, which say nothing
    await queryRunner.query(`UPDATE audit_log_head SET last_id = COALESCE((SELECT MAX(id) FROM audit_log), 0),
      gapless_after = COALESCE((SELECT MAX(id) FROM audit_log), 0) WHERE last_id = 0`);
    for (const [name, columns] of Object.entries(INDEXES))
      if (!(await hasIndex(queryRunner, name)))
        await queryRunner.query(`ALTER TABLE audit_log ADD KEY ${quoteIdentifier(name)} ${columns}`);
    await queryRunner.query('DROP TRIGGER IF EXISTS audit_log_no_delete');
    await queryRunner.query(NO_DELETE);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER IF EXISTS audit_log_no_delete');
    await queryRunner.query(MASTER_TRIGGERS.audit_log_no_delete!);
    for (const name of Object.keys(INDEXES))
      if (await hasIndex(queryRunner, name))
        await queryRunner.query(`ALTER TABLE audit_log DROP KEY ${quoteIdentifier(name)}`);
    for (const column of Object.keys(COLUMNS).toReversed()) await dropColumn(queryRunner, 'audit_log_head', column);
  }
}

async function hasIndex(queryRunner: QueryRunner, name: string): Promise<boolean> {
  const rows: unknown[] = await queryRunner.query('SHOW INDEX FROM audit_log WHERE Key_name = ?', [name]);
  return rows.length > 0;
}
