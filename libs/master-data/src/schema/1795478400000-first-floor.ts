import type { MigrationInterface, QueryRunner } from 'typeorm';
import { MASTER_TABLES, MASTER_TRIGGERS } from './first-floor.tables.js';

/** Tenants, servers, plans, admins, operations, audit log. */
export class MasterFirstFloor1795478400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of Object.values(MASTER_TABLES)) await queryRunner.query(statement);
    for (const [name, statement] of Object.entries(MASTER_TRIGGERS)) {
      await queryRunner.query(`DROP TRIGGER IF EXISTS ${name}`);
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of Object.keys(MASTER_TABLES).reverse()) await queryRunner.query(`DROP TABLE ${table}`);
  }
}
