import { DatabaseServer, Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { And, DataSource, In, MoreThan } from 'typeorm';
import { MigrateTenant } from './migrate-tenant.js';
import { MigrateDatabase } from './schema/migrate-database.js';
import type { MigrationSession } from './schema/migration-session.js';
import { schemaDifferences, schemaLines } from './schema/schema-fingerprint.js';
import { SchemaVersions } from './schema/schema-versions.js';
import { withScratchDatabase } from './schema/scratch-database.js';

const PAGE = 100;

/** A company whose database is not what its version says. */
export interface SchemaDrift {
  tenantId: string;
  subdomain: string;
  schemaVersion: string | null;
  /** `-` is missing, `+` is too much */
  differences: string[];
}

/** Compares companies' databases with what the migrations make; reads only, a page of companies at a time. */
@Injectable()
export class VerifySchemas {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly migrate: MigrateTenant,
    private readonly versions: SchemaVersions,
  ) {}

  /**
   * @param onChecked called after each company with how many were looked at
   * @returns those that differ, and how many were looked at
   */
  async run({
    tenantIds,
    onChecked,
  }: {
    tenantIds?: readonly string[];
    onChecked?: (checked: number) => void;
  } = {}): Promise<{ drifts: SchemaDrift[]; checked: number }> {
    const drifts: SchemaDrift[] = [];
    let checked = 0;
    for (const { id: serverId } of await this.master.getRepository(DatabaseServer).find({ select: { id: true } })) {
      const session = await this.migrate.open(serverId);
      try {
        const references = new Map<string, string[]>();
        for (let page = await this.page(serverId, '', tenantIds); page.length > 0; ) {
          for (const tenant of page) {
            const drift = await this.compare(session, tenant, references);
            if (drift) drifts.push(drift);
            checked += 1;
            onChecked?.(checked);
          }
          page = await this.page(serverId, page.at(-1)!.id, tenantIds);
        }
      } finally {
        session.close();
      }
    }
    return { drifts, checked };
  }

  private page(serverId: string, after: string, tenantIds?: readonly string[]): Promise<Tenant[]> {
    return this.master.getRepository(Tenant).find({
      select: { id: true, subdomain: true, dbName: true, schemaVersion: true },
      where: {
        serverId,
        dbProvisioned: true,
        status: In(['active', 'suspended']),
        id: tenantIds ? And(MoreThan(after), In([...tenantIds])) : MoreThan(after),
      },
      order: { id: 'ASC' },
      take: PAGE,
    });
  }

  private async compare(session: MigrationSession, tenant: Tenant, references: Map<string, string[]>) {
    const { id: tenantId, subdomain, schemaVersion } = tenant;
    const found = { tenantId, subdomain, schemaVersion };
    if (schemaVersion === null || !this.versions.has(schemaVersion))
      return { ...found, differences: [`the version ${schemaVersion} is not known to this program`] };
    const reference = references.get(schemaVersion) ?? (await this.reference(session, schemaVersion));
    references.set(schemaVersion, reference);
    const lines = await schemaLines(session, tenant.dbName).catch((error: { code?: string }) => {
      if (error.code === 'ER_BAD_DB_ERROR') return null;
      throw error;
    });
    const differences = lines ? schemaDifferences(reference, lines) : [`the database ${tenant.dbName} is not there`];
    return differences.length > 0 ? { ...found, differences } : null;
  }

  /** What a version is, on this server: engines write definitions in their own way. */
  private reference(session: MigrationSession, version: string): Promise<string[]> {
    return withScratchDatabase(session, async (database) => {
      await new MigrateDatabase({
        session,
        database,
        lockName: database,
        versions: this.versions,
        lockRowsMax: 0,
        allowLocking: true,
      }).forward(version);
      return schemaLines(session, database);
    });
  }
}
