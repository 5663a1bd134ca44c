import { DomainError } from '@finvera/common';
import { destructiveChanges, readColumns } from './column-changes.js';
import type { MigrationFinding } from './lint-migrations.js';
import { MigrateDatabase } from './migrate-database.js';
import type { MigrationSession } from './migration-session.js';
import { schemaDifferences, schemaLines } from './schema-fingerprint.js';
import type { SchemaVersion, SchemaVersions } from './schema-versions.js';
import { withScratchDatabase } from './scratch-database.js';

const DIFFERENCES_SHOWN = 3;

/**
 * Tries migrations in an empty database: each goes up, down and up again and must leave the same; what it does to columns
 * is compared, so that nothing but a contract takes away what the former release's code needs.
 */
export class CheckMigrations {
  constructor(
    private readonly session: MigrationSession,
    private readonly versions: SchemaVersions,
  ) {}

  /** @param needed "table.column" that the code reads or writes, and that the newest version must have */
  run(needed: readonly string[] = []): Promise<MigrationFinding[]> {
    return withScratchDatabase(this.session, async (database) => {
      const findings: MigrationFinding[] = [];
      let version: string | null = null;
      try {
        for (const migration of this.versions.all) {
          await this.check(database, version, migration, findings);
          version = migration.version;
        }
        const columns = await readColumns(this.session, database);
        for (const column of needed)
          if (!columns.has(column))
            findings.push({
              migration: version ?? '',
              problem: `the code needs ${column}, which the newest version does not have`,
            });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        const failed = this.versions.all.find((known) => known.version > (version ?? ''))!;
        findings.push({ migration: failed.name, problem: error.message });
      }
      return findings;
    });
  }

  private async check(database: string, from: string | null, migration: SchemaVersion, findings: MigrationFinding[]) {
    const found = (problem: string, step?: number) => findings.push({ migration: migration.name, step, problem });
    let columns = await readColumns(this.session, database);
    const migrate = this.migration(database);
    const watched = this.migration(database, async (step) => {
      const after = await readColumns(this.session, database);
      if (migration.migration.phase !== 'contract')
        for (const change of destructiveChanges(columns, after))
          found(`${change}: the former release still works with it; do it in a contract of a later release`, step);
      columns = after;
    });
    const before = await schemaLines(this.session, database);
    await watched.forward(migration.version);
    const up = await schemaLines(this.session, database);
    await migrate.back(from);
    const down = schemaDifferences(before, await schemaLines(this.session, database));
    if (down.length > 0) found(`down leaves another schema than before up: ${shown(down)}`);
    await migrate.forward(migration.version);
    const again = schemaDifferences(up, await schemaLines(this.session, database));
    if (again.length > 0) found(`up after down leaves another schema than up: ${shown(again)}`);
  }

  private migration(database: string, onStep?: (step: number) => Promise<void>): MigrateDatabase {
    return new MigrateDatabase({
      session: this.session,
      database,
      lockName: `finvera:migrate:${database}`.slice(0, 64),
      versions: this.versions,
      lockRowsMax: 0,
      allowLocking: true,
      onStep: onStep && (({ step }) => onStep(step)),
    });
  }
}

const shown = (differences: readonly string[]) =>
  differences.slice(0, DIFFERENCES_SHOWN).join('; ') +
  (differences.length > DIFFERENCES_SHOWN ? ` and ${differences.length - DIFFERENCES_SHOWN} more` : '');
