import { comparativeCells } from './frame/comparatives.js';
import { firstLink } from './frame/links.js';
import type { ReportRow } from './frame/report-table.js';
import type { ComparedSection } from './statement-comparison.js';

/** A section on paper: its name with its sum, then groups with their ledgers. One without figures is left away. */
export function sectionRows({ amount, comparatives, groups }: ComparedSection, title: string): ReportRow[] {
  if (groups.length === 0) return [];
  return [
    { kind: 'heading', cells: { particulars: title, amount, ...comparativeCells(comparatives) } },
    ...groups.flatMap((group): ReportRow[] => [
      {
        kind: 'subtotal',
        depth: 1,
        cells: { particulars: group.group, amount: group.amount, ...comparativeCells(group.comparatives) },
        link: firstLink(group.links),
      },
      ...group.ledgers.map((line) => ({
        kind: 'line' as const,
        depth: 2,
        cells: { particulars: line.ledger, amount: line.amount, ...comparativeCells(line.comparatives) },
        link: firstLink(line.links),
      })),
    ]),
  ];
}
