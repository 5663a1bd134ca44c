import { type Decimal, ZERO } from '@finvera/common';
import type { Nature } from '../../chart/account-group.entity.js';
import { formatter, sum } from '../amounts.js';
import type { Period } from '../frame/compared-periods.js';
import { type Links, statementLink } from '../frame/links.js';
import type { GroupTree } from '../group-tree.js';
import type { LedgerMovement } from '../ledger-movements.js';
import { lineOf, type OwnLines, type ScheduleSection } from './lines.js';

/** One date's or period's amount of each ledger, debit positive. */
export interface Amounts {
  movements: readonly LedgerMovement[];
  amountOf: (movement: LedgerMovement) => Decimal;
  /** amounts of lines that no ledger has, debit positive */
  besides?: Readonly<Record<string, { title: string; amount: Decimal }>>;
}

export interface ScheduleLedger {
  /** null: not a ledger's, such as profit not closed */
  ledger_id: string | null;
  ledger: string;
  amount: string;
  comparatives?: string[];
  links?: Links;
}

export interface FilledLine {
  line: string;
  title: string;
  amount: string;
  comparatives?: string[];
  ledgers: ScheduleLedger[];
}

export interface FilledSection {
  section: string;
  title: string;
  amount: string;
  comparatives?: string[];
  lines: FilledLine[];
}

interface Entry {
  id: string | null;
  name: string;
  /** in the line's own direction, one for each of the amounts */
  amounts: Decimal[];
}

const DIRECTION: Record<Nature, 1 | -1> = { asset: 1, expense: 1, income: -1, liability: -1, equity: -1 };

/**
 * Fills the sections of a form: each line with its ledgers, in its own direction, and with the same of other periods.
 * Lines without figures are left away.
 * @param own what the company says of its groups and ledgers
 */
export function fillSections(
  sections: readonly ScheduleSection[],
  all: readonly [Amounts, ...Amounts[]],
  { tree, own, digits, period, isCompared }: ScheduleOptions,
): { sections: FilledSection[]; totals: Decimal[][] } {
  const entries = entriesByLine(all, tree, own);
  const format = formatter(digits);
  const shown = ([first, ...others]: readonly Decimal[]) => ({
    amount: format(first!),
    ...(isCompared && { comparatives: others.map(format) }),
  });
  const filled = sections.map(({ section, title, lines }) => {
    const withFigures = lines.flatMap((line) => {
      const sign = DIRECTION[line.natures[0]!];
      const found = (entries.get(line.line) ?? [])
        .map((entry) => ({ ...entry, amounts: entry.amounts.map((amount) => amount.times(sign)) }))
        .filter(({ amounts }) => amounts.some((amount) => !amount.isZero()));
      return found.length === 0
        ? []
        : [
            {
              line,
              found,
              total: addUp(
                found.map(({ amounts }) => amounts),
                all.length,
              ),
            },
          ];
    });
    const total = addUp(
      withFigures.map((line) => line.total),
      all.length,
    );
    const out: FilledSection = {
      section,
      title,
      ...shown(total),
      lines: withFigures.map(({ line, found, total: ofLine }) => ({
        line: line.line,
        title: line.title,
        ...shown(ofLine),
        ledgers: found.map(({ id, name, amounts }) => ({
          ledger_id: id,
          ledger: name,
          ...shown(amounts),
          ...(id !== null && { links: statementLink(id, period) }),
        })),
      })),
    };
    return { out, total };
  });
  return { sections: filled.map(({ out }) => out), totals: filled.map(({ total }) => total) };
}

export interface ScheduleOptions {
  tree: GroupTree;
  own: OwnLines;
  /** of the currency, after the point */
  digits: number;
  period: Period;
  /** whether other periods stand beside */
  isCompared: boolean;
}

function entriesByLine(all: readonly Amounts[], tree: GroupTree, own: OwnLines): Map<string, Entry[]> {
  const lines = new Map<string, Map<string, Entry>>();
  const add = (line: string, id: string | null, name: string, index: number, amount: Decimal) => {
    const entries = lines.get(line) ?? new Map<string, Entry>();
    lines.set(line, entries);
    const key = id ?? name;
    const entry = entries.get(key) ?? { id, name, amounts: all.map(() => ZERO) };
    entry.amounts[index] = amount;
    entries.set(key, entry);
  };
  for (const [index, { movements, amountOf, besides = {} }] of all.entries()) {
    for (const movement of movements)
      add(
        lineOf(movement, tree.path(movement.groupId), own),
        movement.ledgerId,
        movement.ledger,
        index,
        amountOf(movement),
      );
    for (const [line, { title, amount }] of Object.entries(besides)) add(line, null, title, index, amount);
  }
  return new Map([...lines].map(([line, entries]) => [line, [...entries.values()]]));
}

const addUp = (rows: readonly (readonly Decimal[])[], columns: number): Decimal[] =>
  Array.from({ length: columns }, (_, index) => sum(rows.map((row) => row[index]!)));
