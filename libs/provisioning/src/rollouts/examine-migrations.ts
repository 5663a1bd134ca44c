import { DatabaseServer } from '@finvera/master-data';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
import { TENANT_SCHEMA, type TenantSchema } from '../tenant-schema.js';
import { MigrateTenant } from './migrate-tenant.js';
import { CheckMigrations } from './schema/check-migrations.js';
import { lintMigrations, type MigrationFinding } from './schema/lint-migrations.js';
import { SchemaVersions } from './schema/schema-versions.js';

/** The rules for migrations, read from their text and tried in a scratch database, with what the code's entities need. */
@Injectable()
export class ExamineMigrations {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    @Inject(TENANT_SCHEMA) private readonly schema: TenantSchema,
    private readonly versions: SchemaVersions,
    private readonly migrate: MigrateTenant,
  ) {}

  /** @returns what is wrong; nothing when all is well */
  async run(): Promise<MigrationFinding[]> {
    const findings = lintMigrations(this.versions);
    const server = await this.master
      .getRepository(DatabaseServer)
      .findOneOrFail({ where: {}, order: { isDefault: 'DESC' } });
    const session = await this.migrate.open(server.id);
    try {
      return [...findings, ...(await new CheckMigrations(session, this.versions).run(this.neededColumns()))];
    } finally {
      session.close();
    }
  }

  /** "table.column" of every entity: a migration that takes one away comes too early. */
  private neededColumns(): string[] {
    const { tables, columns } = getMetadataArgsStorage();
    return this.schema.entities.flatMap((entity) => {
      const table = tables.find(({ target }) => target === entity)?.name;
      return columns
        .filter(({ target }) => target === entity)
        .map(({ options, propertyName }) => `${table}.${options.name ?? propertyName}`);
    });
  }
}
