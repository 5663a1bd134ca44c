import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Row } from './cells.js';
import { FAULT_NAMES, FAULTS } from './faults.js';
import type { Result } from './results.js';
import type { Visit } from './stand-still.js';

const PAGE = fileURLToPath(new URL('../../../docs/operations.md', import.meta.url));
const MATRIX = 'crash matrix';
const COSTS = 'step costs';

/** A cell that no run has come to yet. */
export const NOT_RUN = '…';

const titleOf = ({ kind, variant }: { kind: string; variant?: string }) => (variant ? `${kind} (${variant})` : kind);

/** Writes the two tables into docs/operations.md. */
export function writePage(rows: readonly Row[], results: readonly Result[], visits: readonly Visit[]): void {
  let page = readFileSync(PAGE, 'utf8');
  page = between(page, MATRIX, matrixTable(rows, results));
  page = between(page, COSTS, costTable(rows, visits));
  writeFileSync(PAGE, page);
}

/** Rows of the matrix that stand in docs/operations.md, each cell as it is written there. */
export function readMatrix(): { row: string; cells: string[] }[] {
  const [, text] =
    new RegExp(`<!-- ${MATRIX}: begin -->\n([\\s\\S]*)<!-- ${MATRIX}: end -->`).exec(readFileSync(PAGE, 'utf8')) ?? [];
  return (text ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .map(([kind, step, ...cells]) => ({ row: `${kind} ${step}`, cells }));
}

/** As `readMatrix` names it. */
export const nameInPage = ({ scenario, label }: Row) => `\`${scenario.kind}\`${suffix(scenario.variant)} ${label}`;

const suffix = (variant: string | undefined) => (variant ? `, ${variant}` : '');

function matrixTable(rows: readonly Row[], results: readonly Result[]): string {
  const heading = ['kind', 'step', ...FAULTS.map((fault) => FAULT_NAMES[fault])];
  const lines = rows.map((row) => [
    `\`${row.scenario.kind}\`${suffix(row.scenario.variant)}`,
    row.label,
    ...FAULTS.map((fault) =>
      cellOf(
        results.filter(
          (result) => titleOf(result) === titleOf(row.scenario) && result.label === row.label && result.fault === fault,
        ),
      ),
    ),
  ]);
  return table(heading, lines);
}

function cellOf(results: readonly Result[]): string {
  const counts = (['done', 'undone', 'wrong'] as const).map((outcome) => ({
    outcome,
    count: results.filter((result) => result.outcome === outcome).length,
  }));
  if (results.length === 0) return NOT_RUN;
  return counts
    .filter(({ count }) => count > 0)
    .map(({ outcome, count }) => (results.length === count && count === 1 ? outcome : `${count} ${outcome}`))
    .join(', ');
}

function costTable(rows: readonly Row[], visits: readonly Visit[]): string {
  const seen = new Set<string>();
  const lines = rows.flatMap(({ scenario: { kind }, step }) => {
    const times = visits.filter((visit) => visit.kind === kind && visit.step === step).map(({ ms }) => ms);
    if (seen.has(`${kind} ${step}`) || times.length === 0) return [];
    seen.add(`${kind} ${step}`);
    return [[`\`${kind}\``, step, String(Math.round(median(times) * 10) / 10), String(times.length)]];
  });
  return table(['kind', 'step', 'median ms', 'times'], lines);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

const table = (heading: readonly string[], lines: readonly string[][]) =>
  [heading, heading.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function between(page: string, name: string, text: string): string {
  const place = new RegExp(`(<!-- ${name}: begin -->\n)[\\s\\S]*(<!-- ${name}: end -->)`);
  if (!place.test(page)) throw new Error(`docs/operations.md has no place for the ${name}`);
  return page.replace(place, (_, begin: string, end: string) => `${begin}${text}\n${end}`);
}
