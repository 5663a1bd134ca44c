import type { Nature } from '../chart/account-group.entity.js';
import { tenThousandths } from '../totals/ten-thousandths.js';
import { unitsFormatter } from './amounts.js';
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
  /** amounts in ten-thousandths */
  opening: bigint;
  debit: bigint;
  credit: bigint;
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
  const units = movements.map((movement) => movement.units ?? unitsOf(movement));
  const earlierResult = movements.reduce(
    (total, { nature }, index) =>
      isProfitAndLoss(nature) ? total + units[index]!.before - units[index]!.beforeThisYear : total,
    0n,
  );
  const lines = movements.map(({ ledgerId, ledger, groupId, nature, reservedCode }, index): Line => {
    const { before, beforeThisYear, debit, credit } = units[index]!;
    const own = isProfitAndLoss(nature) ? beforeThisYear : before;
    const opening = reservedCode === 'profit_and_loss' ? own + earlierResult : own;
    return { ledgerId, ledger, groupId, opening, debit, credit };
  });
  const shown = level === undefined ? lines : byGroup(lines, tree, level);
  const rows = shown
    .map((line) => ({ line, columns: columnsOf(line) }))
    .filter(({ columns }) => columns.some((amount) => amount !== 0n));
  const format = unitsFormatter(digits);
  const formatted = (columns: readonly bigint[]): Columns => ({
    opening_debit: format(columns[0]!),
    opening_credit: format(columns[1]!),
    debit: format(columns[2]!),
    credit: format(columns[3]!),
    closing_debit: format(columns[4]!),
    closing_credit: format(columns[5]!),
  });
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
      TRIAL_BALANCE_COLUMNS.map((_, column) => rows.reduce((total, { columns }) => total + columns[column]!, 0n)),
    ),
  };
}

const unitsOf = ({ before, beforeThisYear, debit, credit }: LedgerMovement) => ({
  before: tenThousandths(before.toFixed(4)),
  beforeThisYear: tenThousandths(beforeThisYear.toFixed(4)),
  debit: tenThousandths(debit.toFixed(4)),
  credit: tenThousandths(credit.toFixed(4)),
});

/** In the order of TRIAL_BALANCE_COLUMNS; opening and closing on the one side where they stand. */
function columnsOf({ opening, debit, credit }: Line): bigint[] {
  const closing = opening + debit - credit;
  return [
    opening > 0n ? opening : 0n,
    opening < 0n ? -opening : 0n,
    debit,
    credit,
    closing > 0n ? closing : 0n,
    closing < 0n ? -closing : 0n,
  ];
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
      opening: 0n,
      debit: 0n,
      credit: 0n,
    };
    groups.set(id, {
      ...group,
      opening: group.opening + line.opening,
      debit: group.debit + line.debit,
      credit: group.credit + line.credit,
    });
  }
  return [...groups.values()].sort((a, b) => tree.positionOf(a.groupId) - tree.positionOf(b.groupId));
}
