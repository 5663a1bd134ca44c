import type { MigrationInterface, QueryRunner } from 'typeorm';
import { LIST_INDEXES, MANY_TENANTS_TABLES, MANY_TENANTS_TRIGGERS, REPLACED_INDEXES } from './many-tenants.tables.js';

/** Databases made ready beforehand, servers' loads, and what finds, sorts and counts a hundred thousand tenants fast. */
export class MasterManyTenants1795496400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of Object.values(MANY_TENANTS_TABLES)) await queryRunner.query(statement);
    for (const [name, columns] of Object.entries(LIST_INDEXES)) await addIndex(queryRunner, name, columns);
    for (const name of Object.keys(REPLACED_INDEXES)) await dropIndex(queryRunner, name);
    for (const [name, statement] of Object.entries(MANY_TENANTS_TRIGGERS)) {
      await queryRunner.query(`DROP TRIGGER IF EXISTS ${name}`);
      await queryRunner.query(statement);
    }
    // after the triggers: what somebody changes meanwhile is in it either way
    await queryRunner.query(
      `REPLACE INTO tenant_counts (server_id, subscription_plan, status, tenants)
         SELECT server_id, subscription_plan, status, COUNT(*) FROM tenant_master GROUP BY server_id, subscription_plan, status`,
    );
    // changes nothing; the trigger enters those that cannot be found yet
    await queryRunner.query("UPDATE tenant_master SET updated_at = updated_at WHERE status <> 'deleted'");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const name of Object.keys(MANY_TENANTS_TRIGGERS)) await queryRunner.query(`DROP TRIGGER IF EXISTS ${name}`);
    for (const [name, columns] of Object.entries(REPLACED_INDEXES)) await addIndex(queryRunner, name, columns);
    for (const name of Object.keys(LIST_INDEXES)) await dropIndex(queryRunner, name);
    for (const table of Object.keys(MANY_TENANTS_TABLES).reverse())
      await queryRunner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}

async function hasIndex(queryRunner: QueryRunner, name: string): Promise<boolean> {
  const rows: unknown[] = await queryRunner.query('SHOW INDEX FROM tenant_master WHERE Key_name = ?', [name]);
  return rows.length > 0;
}

async function addIndex(queryRunner: QueryRunner, name: string, columns: string): Promise<void> {
  if (!(await hasIndex(queryRunner, name)))
    await queryRunner.query(`ALTER TABLE tenant_master ADD KEY ${name} (${columns})`);
}

async function dropIndex(queryRunner: QueryRunner, name: string): Promise<void> {
  if (await hasIndex(queryRunner, name)) await queryRunner.query(`ALTER TABLE tenant_master DROP KEY ${name}`);
}
