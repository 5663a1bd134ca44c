import { quoteIdentifier } from '@finvera/common';
import { Inject, Injectable } from '@nestjs/common';
import { migrateDatabase } from '../servers/migrate-database.js';
import { ServerConnections, type ServerSession } from '../servers/server-connections.js';
import { createDatabase, createNewDatabase } from '../servers/tenant-database.js';
import { oneAtATime } from '../servers/trigger-lock.js';
import { type SchemaSession, TENANT_SCHEMA, type TenantSchema } from '../tenant-schema.js';
import { type SchemaScript, schemaScript } from './schema-script.js';

/** Makes tenant databases as the schema says: tables and triggers, without anything of a company in them. */
@Injectable()
export class TenantDatabaseBuilder {
  private recorded?: Promise<SchemaScript | null>;

  constructor(
    @Inject(TENANT_SCHEMA) private readonly schema: TenantSchema,
    private readonly servers: ServerConnections,
  ) {}

  /**
   * A database with all tables and triggers, by one script; where a migration has to run itself, by running them all.
   * What stood there under this name is gone. The session then stands in it.
   */
  async build(session: ServerSession, serverId: string, database: string): Promise<void> {
    const script = await this.script();
    await createDatabase(session, database);
    if (!script) await this.migrate(serverId, database);
    await this.send(session, database, script ? [...script.tables, ...oneAtATime(script.triggers.join(';\n'))] : []);
  }

  /** Whether databases can be made ready beforehand and renamed: all that they hold are tables and triggers. */
  async canPrepare(): Promise<boolean> {
    return (await this.script()) !== null;
  }

  /** A database with all tables, but without the triggers: `adopt` makes them. The session then stands in it. */
  async prepare(session: ServerSession, database: string): Promise<void> {
    const script = await this.prepared();
    await createDatabase(session, database);
    await this.send(session, database, script.tables);
  }

  /**
   * Turns a prepared database into the one named: its tables are renamed, triggers made, the empty rest dropped.
   * @returns false when the name is taken: somebody began with it before
   */
  async adopt(session: ServerSession, prepared: string, database: string): Promise<boolean> {
    const script = await this.prepared();
    const tables = await session.query<{ name: string }>(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name',
      [prepared],
    );
    if (!(await createNewDatabase(session, database))) return false;
    const renames = tables.map(({ name }) => {
      const table = quoteIdentifier(name);
      return `${quoteIdentifier(prepared)}.${table} TO ${quoteIdentifier(database)}.${table}`;
    });
    await this.send(session, database, [
      `RENAME TABLE ${renames.join(', ')}`,
      ...oneAtATime(script.triggers.join(';\n')),
      `DROP DATABASE ${quoteIdentifier(prepared)}`,
    ]);
    return true;
  }

  private send(session: ServerSession, database: string, statements: readonly string[]): Promise<unknown> {
    return session.query([`USE ${quoteIdentifier(database)}`, ...statements].join(';\n'));
  }

  private async prepared(): Promise<SchemaScript> {
    const script = await this.script();
    if (!script) throw new Error('this schema cannot be prepared');
    return script;
  }

  private script(): Promise<SchemaScript | null> {
    this.recorded ??= schemaScript(this.schema);
    return this.recorded;
  }

  private async migrate(serverId: string, database: string): Promise<void> {
    await migrateDatabase({ ...(await this.servers.target(serverId)), database }, this.schema);
  }
}

/** The session as the schema's seeds use it: within one transaction. */
export async function inTransaction(session: ServerSession, work: (tx: SchemaSession) => Promise<void>): Promise<void> {
  const tx: SchemaSession = { query: (sql, parameters) => session.query(sql, parameters as unknown[]) as never };
  await session.query('START TRANSACTION');
  await work(tx); // when it fails, the session ends with everything undone
  await session.query('COMMIT');
}
