import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';

/** What a database server may be asked for: connections of the whole platform, and a replica that is read from. */
export class MasterServers1795489200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await addColumn(queryRunner, 'database_servers', 'connection_budget', 'INT UNSIGNED NULL');
    await addColumn(queryRunner, 'database_servers', 'replica_host', 'VARCHAR(255) NULL');
    await addColumn(queryRunner, 'database_servers', 'replica_port', 'SMALLINT UNSIGNED NULL');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const column of ['connection_budget', 'replica_host', 'replica_port'])
      await dropColumn(queryRunner, 'database_servers', column);
  }
}
