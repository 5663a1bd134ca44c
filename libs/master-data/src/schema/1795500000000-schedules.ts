import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

const SCHEDULE_RUNS = `CREATE TABLE IF NOT EXISTS schedule_runs (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  schedule VARCHAR(40) ${ASCII} NOT NULL,
  due_at DATETIME(3) NULL,
  status ENUM('queued','running','succeeded','failed','skipped') NOT NULL DEFAULT 'queued',
  running_schedule VARCHAR(40) ${ASCII} AS (CASE WHEN status = 'running' THEN schedule ELSE NULL END) STORED,
  attempts INT UNSIGNED NOT NULL DEFAULT 0,
  requested_by VARCHAR(254) NOT NULL,
  process VARCHAR(120) NULL,
  started_at DATETIME(6) NULL,
  finished_at DATETIME(6) NULL,
  duration_ms INT UNSIGNED NULL,
  result JSON NULL,
  error_message VARCHAR(1000) NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  UNIQUE KEY schedule_runs_tick (schedule, due_at),
  UNIQUE KEY schedule_runs_one_running (running_schedule),
  KEY schedule_runs_newest (schedule, created_at),
  KEY schedule_runs_status (status, created_at)
) ${OPTIONS}`;

const DOMAIN_COLUMNS: readonly (readonly [column: string, definition: string])[] = [
  ['checked_at', 'DATETIME(6) NULL AFTER verified_by'],
  ['failing_since', 'DATETIME(6) NULL AFTER checked_at'],
];

/** Runs of schedules: each tick once, and of each schedule at most one at a time. When domains were last looked at. */
export class MasterSchedules1795500000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(SCHEDULE_RUNS);
    for (const column of DOMAIN_COLUMNS) await addColumn(queryRunner, 'tenant_domains', ...column);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const [column] of DOMAIN_COLUMNS.toReversed()) await dropColumn(queryRunner, 'tenant_domains', column);
    await queryRunner.query('DROP TABLE IF EXISTS schedule_runs');
  }
}
