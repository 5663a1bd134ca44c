import { Decimal, ZERO } from '@finvera/common';
import type { Nature } from '../chart/account-group.entity.js';
import { formatter, onOneSide, sum } from './amounts.js';
import type { GroupTree } from './group-tree.js';
import type { LedgerMovement } from './ledger-movements.js';

export const TRIAL_BALANCE_COLUMNS = [
  'opening_debit',
  'opening_credit',
  'debit',
  'credit',
  'closing_debit',
  'closing_credit',
] as const;
type Columns = Record<(typeof TRIAL_BALANCE_COLUMNS)[number], string>;

export interface TrialBalanceRow extends Columns {
  /** null on a row of a group (`level`) */
  ledger_id: string | null;
  ledger: string | null;
  group_id: string;
  group: string;
  nature: Nature;
}

export interface TrialBalance {
  from: string;
  as_of: string;
  rows: TrialBalanceRow[];
  totals: Columns;
}

interface Line {
  ledgerId: string | null;
  ledger: string | null;
  groupId: string;
  opening: Decimal;
  debit: Decimal;
  credit: Decimal;
}

const isProfitAndLoss = (nature: Nature) => nature === 'income' || nature === 'expense';

/**
 * The classic six columns: opening and closing on one side per ledger, the period's gross movement between them.
 * Income and expense open with what they moved since the first day of the financial year; the result of earlier years
 * that were not closed stands in the opening of *Profit & Loss A/c*. Closing is opening plus movement: with `asOf` in a
 * later year than `from`, an income or expense ledger closes with what it moved in all of these years.
 * @param level adds ledgers up to the groups at this depth (1: primary groups); undefined: one row per ledger
 */
export function trialBalance(
  movements: readonly LedgerMovement[],
  tree: GroupTree,
  { from, asOf, digits, level }: { from: string; asOf: string; digits: number; level?: number },
): TrialBalance {
  const earlierResult = sum(
    movements.filter(({ nature }) => isProfitAndLoss(nature)).map((m) => m.before.minus(m.beforeThisYear)),
  );
  const lines = movements.map((movement): Line => {
    const own = isProfitAndLoss(movement.nature) ? movement.beforeThisYear : movement.before;
    const opening = movement.reservedCode === 'profit_and_loss' ? own.plus(earlierResult) : own;
    return {
      ledgerId: movement.ledgerId,
      ledger: movement.ledger,
      groupId: movement.groupId,
      opening,
      debit: movement.debit,
      credit: movement.credit,
    };
  });
  const shown = level === undefined ? lines : byGroup(lines, tree, level);
  const rows = shown
    .map((line) => ({ line, columns: columnsOf(line) }))
    .filter(({ columns }) => TRIAL_BALANCE_COLUMNS.some((column) => !columns[column].isZero()));
  const format = formatter(digits);
  const formatted = (columns: Record<string, Decimal>) =>
    Object.fromEntries(TRIAL_BALANCE_COLUMNS.map((column) => [column, format(columns[column]!)])) as Columns;
  return {
    from,
    as_of: asOf,
    rows: rows.map(({ line, columns }) => {
      const group = tree.get(line.groupId);
      return {
        ledger_id: line.ledgerId,
        ledger: line.ledger,
        group_id: group.id,
        group: group.name,
        nature: group.nature,
        ...formatted(columns),
      };
    }),
    totals: formatted(
      Object.fromEntries(
        TRIAL_BALANCE_COLUMNS.map((column) => [column, sum(rows.map(({ columns }) => columns[column]))]),
      ),
    ),
  };
}

function columnsOf({ opening, debit, credit }: Line) {
  const before = onOneSide(opening);
  const after = onOneSide(opening.plus(debit).minus(credit));
  return {
    opening_debit: before.debit,
    opening_credit: before.credit,
    debit,
    credit,
    closing_debit: after.debit,
    closing_credit: after.credit,
  };
}

function byGroup(lines: readonly Line[], tree: GroupTree, level: number): Line[] {
  const groups = new Map<string, Line>();
  for (const line of lines) {
    const path = tree.path(line.groupId);
    const { id } = path[Math.min(level, path.length) - 1]!;
    const group = groups.get(id) ?? {
      ledgerId: null,
      ledger: null,
      groupId: id,
      opening: ZERO,
      debit: ZERO,
      credit: ZERO,
    };
    groups.set(id, {
      ...group,
      opening: group.opening.plus(line.opening),
      debit: group.debit.plus(line.debit),
      credit: group.credit.plus(line.credit),
    });
  }
  return [...groups.values()].sort((a, b) => tree.positionOf(a.groupId) - tree.positionOf(b.groupId));
}
