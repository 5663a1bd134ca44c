import { conflict, type MigrationStep, sha256, unavailable } from '@finvera/common';
import { oneAtATime } from '../../servers/trigger-lock.js';
import { explain } from './migration-failure.js';
import { changedRows, type MigrationSession, type Rows } from './migration-session.js';
import { type ChangeWay, changeOnline, type LockingLimits } from './online-change.js';
import type { SchemaVersion, SchemaVersions } from './schema-versions.js';
import { readStatement, showCreate, type Statement } from './statement.js';
import { type JournalEntry, readJournal, writeEntry } from './step-journal.js';

const HASH_LENGTH = 32;
/** Batches of one statement; a statement that still changes rows then does not end by itself. */
const BATCHES_MAX = 1_000_000;
const ABSENT = new Set(['ER_NO_SUCH_TABLE', 'ER_TRG_DOES_NOT_EXIST', 'ER_SP_DOES_NOT_EXIST']);

const MISSING = new Set(['ER_BAD_DB_ERROR', 'ER_NO_SUCH_TABLE']);

/** What one statement took. */
export interface StepReport {
  version: string;
  step: number;
  sql: string;
  way?: ChangeWay;
  durationMs: number;
}

export interface MigrateRequest extends LockingLimits {
  session: MigrationSession;
  database: string;
  /** Whoever migrates this database holds a lock of this name on its server. */
  lockName: string;
  versions: SchemaVersions;
  /** The version that the database is believed to have: the definition that is changed first is then read in the same round trip. */
  from?: string | null;
  /** No further statement is begun once it is aborted. */
  signal?: AbortSignal;
  onStep?(report: StepReport): void | Promise<void>;
}

/**
 * Brings one database from one version to another, forward or back, as a row of statements each of which is journalled
 * in the database itself. Whatever process stops at whatever point, a later call goes on, in the same direction or in
 * the other, and does nothing twice.
 */
export class MigrateDatabase {
  /** Migrations with a row in the table `migrations`. */
  private readonly journalled = new Set<string>();
  private read?: { object: string; hash: string };

  constructor(private readonly request: MigrateRequest) {}

  /**
   * Does what leads to the target; a database that is further stays as it is.
   * @returns the version that the database has then
   * @throws DomainError 503 `tenant_busy` when somebody else migrates it or uses its tables for too long, 409
   *   `migration_failed` with the engine's words, 409 `would_lock_table`
   */
  forward(target: string): Promise<string | null> {
    const [next] = this.request.from === undefined ? [] : this.request.versions.between(this.request.from, target);
    return this.locked(next?.migration.steps[0]?.up, async (complete, partial) => {
      const done = new Set(complete);
      for (const migration of this.request.versions.between(null, target)) {
        if (done.has(migration.version)) continue;
        const from = partial?.version === migration.version ? partial.applied : 0;
        await this.move(migration, from, migration.migration.steps.length);
        done.add(migration.version);
      }
      return [...done].sort().at(-1) ?? null;
    });
  }

  /** Takes back what came after the target; null: everything. Returns and throws as `forward`. */
  back(target: string | null): Promise<string | null> {
    const { from, versions } = this.request;
    const last = from ? versions.between(target, from).at(-1) : undefined;
    return this.locked(last?.migration.steps.at(-1)?.down, async (complete, partial) => {
      const later = (version: string) => version > (target ?? '');
      if (partial && later(partial.version)) await this.move(this.known(partial.version), partial.applied, 0);
      for (const version of complete.filter(later).reverse()) {
        const migration = this.known(version);
        await this.move(migration, migration.migration.steps.length, 0);
      }
      return complete.filter((version) => !later(version)).at(-1) ?? null;
    });
  }

  /**
   * Ends a migration that stopped between two steps at one of its ends.
   * @param end `before` takes back what it did, `after` does the rest
   * @returns the version that the database has then
   */
  settle(end: 'before' | 'after'): Promise<string | null> {
    return this.locked(undefined, async (complete, partial) => {
      if (!partial) return complete.at(-1) ?? null;
      const migration = this.known(partial.version);
      await this.move(migration, partial.applied, end === 'before' ? 0 : migration.migration.steps.length);
      return (end === 'after' ? [...complete, partial.version].sort() : complete).at(-1) ?? null;
    });
  }

  /** The lock is given back with the next database's, or with the session. */
  private async locked<T>(
    first: string | null | undefined,
    work: (complete: string[], partial?: { version: string; applied: number }) => Promise<T>,
  ): Promise<T> {
    const { session, lockName } = this.request;
    const begin = [
      'DO RELEASE_ALL_LOCKS()',
      session.format('SELECT GET_LOCK(?, 0) AS got', [lockName]),
      'SELECT name FROM migrations ORDER BY id',
    ];
    const statement = readStatement(first ?? '');
    const definition = statement?.kind === 'definition' && statement.verb === 'alter' ? statement : undefined;
    const [, lock, rows = [], defined] = await this.run(definition ? [...begin, showCreate(definition)] : begin)
      .catch((error: { code?: string }) => (ABSENT.has(error.code ?? '') ? this.run(begin) : Promise.reject(error)))
      .catch((error: { code?: string }) => {
        if (!MISSING.has(error.code ?? '')) throw error;
        throw conflict(
          'database_missing',
          `The database ${this.request.database} or its table migrations is not there.`,
        );
      });
    if (Number(lock?.[0]?.got) !== 1)
      throw unavailable('tenant_busy', 'Another process migrates the company’s database; it is tried again later.', 15);
    const { complete, partial } = readJournal(rows.map(({ name }) => String(name)));
    for (const version of partial ? [...complete, partial.version] : complete) this.journalled.add(version);
    if (definition && defined) this.read = { object: showCreate(definition), hash: hashOf(defined) };
    return work(complete, partial && { version: partial.version, applied: await this.reached(partial) });
  }

  private known(version: string): SchemaVersion {
    const found = this.request.versions.all.find((known) => known.version === version);
    if (!found)
      throw conflict(
        'schema_unknown',
        `The company's database has the migration ${version}, which this program does not know; use a newer release.`,
      );
    return found;
  }

  /** How many steps are applied: a definition that is not as it was before has been changed. */
  private async reached({ version, applied, begun }: JournalEntry): Promise<number> {
    if (!begun) return applied;
    const { steps } = this.known(version).migration;
    const step = begun.direction === 'up' ? steps[applied] : steps[applied - 1];
    const statement = step && readStatement((begun.direction === 'up' ? step.up : step.down) ?? '');
    if (statement?.kind !== 'definition') return applied;
    if ((await this.definitionHash(statement)) === begun.hash) return applied;
    return begun.direction === 'up' ? applied + 1 : applied - 1;
  }

  private async move(migration: SchemaVersion, from: number, to: number): Promise<void> {
    const { steps } = migration.migration;
    for (let applied = from; applied < to; applied += 1)
      await this.step(migration, steps[applied]!, { applied, direction: 'up', next: applied + 1 });
    for (let applied = from; applied > to; applied -= 1)
      await this.step(migration, steps[applied - 1]!, { applied, direction: 'down', next: applied - 1 });
    if (from === to) await this.note(migration, to);
  }

  private async step(migration: SchemaVersion, step: MigrationStep, move: Move): Promise<void> {
    this.request.signal?.throwIfAborted();
    const sql = step[move.direction];
    const started = performance.now();
    let way: ChangeWay | undefined;
    try {
      const statement = sql === null ? null : readStatement(sql);
      if (sql === null) await this.note(migration, move.next);
      else if (!statement) throw new Error('a rollout cannot run this form of statement');
      else if (statement.kind === 'data' && step.batched && move.direction === 'up')
        await this.changeInBatches(migration, sql, move.next);
      else if (statement.kind === 'data')
        await this.note(migration, move.next, (noted) => ['START TRANSACTION', sql, ...noted, 'COMMIT']);
      else way = await this.changeDefinition(migration, step, move, statement);
    } catch (error) {
      throw explain(error, `step ${Math.max(move.next, move.applied)} of ${migration.name}`);
    }
    await this.request.onStep?.({
      version: migration.version,
      step: Math.max(move.applied, move.next),
      sql: sql ?? '',
      way,
      durationMs: Math.round((performance.now() - started) * 100) / 100,
    });
  }

  private async changeInBatches(migration: SchemaVersion, sql: string, next: number): Promise<void> {
    for (let batch = 0; ; batch += 1) {
      this.request.signal?.throwIfAborted();
      if (batch === BATCHES_MAX) throw new Error('a batched statement does not come to an end');
      if (changedRows((await this.run([sql]))[0]) === 0) break;
    }
    await this.note(migration, next);
  }

  /** The intention, the change and its success go in one round trip; the server stops at the first that fails. */
  private async changeDefinition(
    migration: SchemaVersion,
    step: MigrationStep,
    { applied, direction, next }: Move,
    statement: Definition,
  ): Promise<ChangeWay | undefined> {
    const sign = direction === 'up' ? '>' : '<';
    const begun = writeEntry(migration, applied, `${sign}${await this.definitionHash(statement)}`);
    const { session, database } = this.request;
    const sql = step[direction] ?? '';
    const change = async (clause: string) => {
      const text = statement.object === 'trigger' ? oneAtATime(sql) : [`${sql}${clause}`];
      const begin = this.journal(migration, begun);
      this.journalled.add(migration.version); // also when the engine refuses this clause, and another one is tried
      await this.note(migration, next, (noted) => [...begin, ...text, ...noted]);
    };
    if (statement.verb !== 'alter') {
      await change('');
      return undefined;
    }
    return changeOnline({ session, database, step, table: statement.name }, this.request, change);
  }

  /** Writes down how many steps are applied, at the end of what `around` makes of it. */
  private async note(
    migration: SchemaVersion,
    applied: number,
    around: (noted: string[]) => string[] = (noted) => noted,
  ): Promise<void> {
    const entry = writeEntry(migration, applied);
    const statements = around(this.journal(migration, entry));
    await this.run(statements).catch(async (error: unknown) => {
      if (statements[0] === 'START TRANSACTION') await this.run(['ROLLBACK']).catch(() => undefined); // a session that is gone has rolled back
      throw error;
    });
    if (entry === null) this.journalled.delete(migration.version);
    else this.journalled.add(migration.version);
  }

  private journal({ version }: SchemaVersion, entry: string | null): string[] {
    const { session } = this.request;
    if (entry === null) return [session.format('DELETE FROM migrations WHERE timestamp = ?', [version])];
    if (this.journalled.has(version))
      return [session.format('UPDATE migrations SET name = ? WHERE timestamp = ?', [entry, version])];
    return [session.format('INSERT INTO migrations (timestamp, name) VALUES (?, ?)', [version, entry])];
  }

  private async definitionHash(statement: Definition): Promise<string> {
    const object = showCreate(statement);
    const { read } = this;
    this.read = undefined; // what runs next may change it
    if (read?.object === object) return read.hash;
    try {
      const [rows = []] = await this.run([object]);
      return hashOf(rows);
    } catch (error) {
      if (ABSENT.has((error as { code?: string }).code ?? '')) return 'absent';
      throw error;
    }
  }

  private run(statements: readonly string[]): Promise<Rows[]> {
    return this.request.session.run(this.request.database, statements);
  }
}

type Definition = Exclude<Statement, { kind: 'data' }>;

/** Counters in it are data. */
const hashOf = (rows: Rows) => sha256(JSON.stringify(rows).replace(/ AUTO_INCREMENT=\d+/g, '')).slice(0, HASH_LENGTH);

interface Move {
  applied: number;
  direction: 'up' | 'down';
  next: number;
}
