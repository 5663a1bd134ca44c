import type { Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { ProvisioningConfig } from '../provisioning.config.js';
import { ServerConnections } from '../servers/server-connections.js';
import { MigrateDatabase } from './schema/migrate-database.js';
import { MigrationSession } from './schema/migration-session.js';
import { SchemaVersions } from './schema/schema-versions.js';

export type Direction = 'up' | 'down';

export interface MigrateTenantOptions {
  direction: Direction;
  /** The version to end at. */
  target: string;
  allowLocking: boolean;
  /** The version that the database is believed to have: what that leads to is asked for beforehand. */
  from?: string | null;
  signal?: AbortSignal;
}

type Place = Pick<Tenant, 'id' | 'dbName'>;

/** Migrates the database of one company. Says nothing of it in the master database: that is for whoever calls. */
@Injectable()
export class MigrateTenant {
  constructor(
    private readonly servers: ServerConnections,
    private readonly versions: SchemaVersions,
    private readonly config: ProvisioningConfig,
  ) {}

  /** An administrative session on a server; the caller closes it. */
  async open(serverId: string): Promise<MigrationSession> {
    return MigrationSession.open(await this.servers.target(serverId));
  }

  /** @returns the version that the database has then; errors as of `MigrateDatabase` */
  run(session: MigrationSession, tenant: Place, options: MigrateTenantOptions): Promise<string | null> {
    const database = this.database(session, tenant, options);
    return options.direction === 'up' ? database.forward(options.target) : database.back(options.target);
  }

  /** Puts a migration that failed midway back to where it came from. @returns the version then */
  settle(session: MigrationSession, tenant: Place, options: MigrateTenantOptions): Promise<string | null> {
    return this.database(session, tenant, options).settle(options.direction === 'up' ? 'before' : 'after');
  }

  private database(
    session: MigrationSession,
    { id, dbName }: Place,
    { allowLocking, from, signal }: MigrateTenantOptions,
  ) {
    return new MigrateDatabase({
      session,
      database: dbName,
      lockName: `finvera:migrate:${id}`,
      versions: this.versions,
      lockRowsMax: this.config.ROLLOUT_LOCK_ROWS_MAX,
      allowLocking,
      from,
      signal,
    });
  }
}
