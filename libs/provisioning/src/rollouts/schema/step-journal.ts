import { DomainError } from '@finvera/common';
import type { SchemaVersion } from './schema-versions.js';

/**
 * How far a database is, as its own table `migrations` says. A migration that is complete stands there under its name,
 * as TypeORM writes it. One that is under way stands there as `<name>/<steps applied>`, and while a definition is being
 * changed as `<name>/<steps applied>><hash>` (up) or `<name>/<steps applied><<hash>` (down), the hash being that of the
 * definition before: after a crash it tells whether the statement took effect.
 */
export interface JournalEntry {
  version: string;
  applied: number;
  begun?: { direction: 'up' | 'down'; hash: string };
}

export interface Journal {
  /** versions of complete migrations, ascending */
  complete: string[];
  /** the one under way; there is at most one */
  partial?: JournalEntry;
}

const ENTRY = /^(\w+?(\d{13}))(?:\/(\d+)(?:([<>])(\w+))?)?$/;

/** @throws DomainError 409 `schema_unreadable` when the table holds what no release of this program wrote */
export function readJournal(names: readonly string[]): Journal {
  const journal: Journal = { complete: [] };
  for (const name of names) {
    const [, , version, applied, sign, hash] = ENTRY.exec(name) ?? [];
    if (!version || (applied !== undefined && journal.partial))
      throw new DomainError(
        'schema_unreadable',
        409,
        `The table migrations of the company's database has a row that cannot be read: ${JSON.stringify(name)}.`,
      );
    if (applied === undefined) journal.complete.push(version);
    else
      journal.partial = {
        version,
        applied: Number(applied),
        ...(hash && { begun: { direction: sign === '>' ? 'up' : 'down', hash } }),
      };
  }
  journal.complete.sort();
  return journal;
}

/** What stands in the column `name`; null when the row is to go. */
export function writeEntry({ name, migration }: SchemaVersion, applied: number, begun = ''): string | null {
  if (begun !== '') return `${name}/${applied}${begun}`;
  if (applied === 0) return null;
  return applied === migration.steps.length ? name : `${name}/${applied}`;
}
