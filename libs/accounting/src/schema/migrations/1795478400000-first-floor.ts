import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from './run-statements.js';
import { FIRST_FLOOR_TABLES } from './first-floor.tables.js';
import { FIRST_FLOOR_TRIGGERS } from './first-floor.triggers.js';

/** Users, chart of accounts, vouchers with entries and bills, periods, settings, edit log. */
export class FirstFloor1795478400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await runStatements(queryRunner, [...Object.values(FIRST_FLOOR_TABLES), ...Object.values(FIRST_FLOOR_TRIGGERS)]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const trigger of Object.keys(FIRST_FLOOR_TRIGGERS)) await queryRunner.query(`DROP TRIGGER ${trigger}`);
    for (const table of Object.keys(FIRST_FLOOR_TABLES).reverse()) await queryRunner.query(`DROP TABLE ${table}`);
  }
}
