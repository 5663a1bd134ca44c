import type { SchemaVersion, SchemaVersions } from './schema-versions.js';
import { readStatement } from './statement.js';

/** What is wrong with a migration, for the person who writes it. */
export interface MigrationFinding {
  migration: string;
  /** 1 is the first; absent when it concerns the whole */
  step?: number;
  problem: string;
}

const RELEASE = /^\d+\.\d+\.\d+$/;
const later = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true }) > 0;

/** The rules for migrations that can be read from their text; `CheckMigrations` tries the rest in a database. */
export function lintMigrations(versions: SchemaVersions): MigrationFinding[] {
  return versions.all.flatMap((migration, index) => [
    ...lintWhole(migration, versions.all.slice(0, index), versions.minimum),
    ...lintSteps(migration),
  ]);
}

function lintWhole(
  { name, version, migration: { phase, release, steps, after } }: SchemaVersion,
  earlier: readonly SchemaVersion[],
  minimum: string,
): MigrationFinding[] {
  const problems: string[] = [];
  const last = earlier.at(-1);
  if (steps.length === 0) problems.push('has no steps');
  if (!RELEASE.test(release)) problems.push(`release ${JSON.stringify(release)} must be like "1.4.0"`);
  if (last?.version === version) problems.push(`has the version of ${last.name}`);
  if (last && later(last.migration.release, release))
    problems.push(`comes after ${last.name}, but with an older release`);
  if (phase === 'contract') {
    const prepared = earlier.find((candidate) => candidate.version === after);
    if (!prepared) problems.push('is a contract: `after` must be the version of the migration that prepared it');
    else if (!later(release, prepared.migration.release))
      problems.push(
        `is a contract in the release that prepared it (${release}): the former release still needs what goes`,
      );
    if (prepared && minimum < prepared.version)
      problems.push(
        `is a contract: raise minSchemaVersion to ${prepared.version} at least, the code needs what came then`,
      );
  } else if (after !== undefined) problems.push('has `after`, which only a contract has');
  return problems.map((problem) => ({ migration: name, problem }));
}

function lintSteps({ name, migration: { phase, steps } }: SchemaVersion): MigrationFinding[] {
  return steps.flatMap(({ up, down, batched = false }, index) => {
    const problems: string[] = [];
    const forward = readStatement(up);
    for (const [way, sql] of [
      ['up', up],
      ['down', down],
    ] as const) {
      if (sql === null) continue;
      const statement = readStatement(sql);
      if (!statement)
        problems.push(
          `${way}: one INSERT, UPDATE, DELETE, or CREATE, ALTER, DROP of one object without its database's name`,
        );
      if (/\b(ALGORITHM|LOCK)\s*=/i.test(sql))
        problems.push(`${way}: leave ALGORITHM and LOCK away; the rollout adds them`);
      if (statement?.kind === 'data' && /;/.test(sql.replace(/'[^']*'/g, '')))
        problems.push(`${way}: one statement a step`);
    }
    if (down === null && forward?.kind === 'definition') problems.push('a change of a definition needs its `down`');
    if (batched && !(forward?.kind === 'data' && /\bLIMIT \d+\s*$/i.test(up)))
      problems.push('a batched step is a statement on data that ends with LIMIT');
    if (phase !== 'contract' && /^\s*(DELETE|REPLACE)\b/i.test(up)) problems.push('only a contract deletes data');
    return problems.map((problem) => ({ migration: name, step: index + 1, problem }));
  });
}
