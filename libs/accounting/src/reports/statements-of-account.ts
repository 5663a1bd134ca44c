import { type Decimal, groupBy } from '@finvera/common';
import type { Nature } from '../chart/account-group.entity.js';
import { formatter, sum } from './amounts.js';
import type { GroupTree } from './group-tree.js';
import type { LedgerMovement } from './ledger-movements.js';

export interface ReportLine {
  ledger_id: string;
  ledger: string;
  amount: string;
}

export interface ReportGroup {
  group_id: string;
  group: string;
  amount: string;
  ledgers: ReportLine[];
}

export interface ReportSection {
  section: string;
  amount: string;
  groups: ReportGroup[];
}

interface Amount {
  movement: LedgerMovement;
  amount: Decimal;
}

/** Sign of a nature's own direction: debit raises assets and expenses, credit the others. */
const direction = (nature: Nature) => (nature === 'asset' || nature === 'expense' ? 1 : -1);

/**
 * Income and expense of a period, each in its own direction; direct ones (above gross profit) and indirect ones apart.
 * @param movements from the first to the last day
 * @param withOpening the period holds the beginning of the books: what income and expense ledgers open with is part of it
 */
export function profitAndLoss(
  movements: readonly LedgerMovement[],
  tree: GroupTree,
  { from, to, digits, withOpening }: { from: string; to: string; digits: number; withOpening: boolean },
) {
  const format = formatter(digits);
  const amounts = movements
    .filter(({ nature }) => nature === 'income' || nature === 'expense')
    .map((movement) => {
      const moved = movement.debit.minus(movement.credit).plus(withOpening ? movement.before : 0);
      return { movement, amount: moved.times(direction(movement.nature)) };
    });
  const of = (nature: Nature, direct?: boolean) =>
    amounts.filter(
      ({ movement }) =>
        movement.nature === nature &&
        (direct === undefined || tree.get(movement.groupId).affectsGrossProfit === direct),
    );
  const total = (some: readonly Amount[]) => sum(some.map(({ amount }) => amount));
  const section = (name: string, some: readonly Amount[]) => toSection(name, some, tree, format);
  const income = total(of('income'));
  const expense = total(of('expense'));
  return {
    from,
    to,
    income: format(income),
    expense: format(expense),
    gross_profit: format(total(of('income', true)).minus(total(of('expense', true)))),
    net_profit: format(income.minus(expense)),
    sections: [
      section('direct_income', of('income', true)),
      section('direct_expense', of('expense', true)),
      section('indirect_income', of('income', false)),
      section('indirect_expense', of('expense', false)),
    ],
  };
}

/**
 * Assets, liabilities and equity at a date, by the nature of their groups and not by the side on which a ledger happens
 * to stand. The profit that no year-end has closed is a line of equity, so that it balances on every date.
 * @param movements from any day to the date
 */
export function balanceSheet(
  movements: readonly LedgerMovement[],
  tree: GroupTree,
  { asOf, digits }: { asOf: string; digits: number },
) {
  const format = formatter(digits);
  const closing = (m: LedgerMovement) => m.before.plus(m.debit).minus(m.credit);
  const of = (nature: Nature): Amount[] =>
    movements
      .filter((movement) => movement.nature === nature)
      .map((movement) => ({ movement, amount: closing(movement).times(direction(nature)) }));
  const total = (some: readonly Amount[]) => sum(some.map(({ amount }) => amount));
  const profitNotClosed = total(of('income')).minus(total(of('expense')));
  const [assets, liabilities, capital] = [of('asset'), of('liability'), of('equity')];
  return {
    as_of: asOf,
    assets: format(total(assets)),
    liabilities: format(total(liabilities)),
    equity: format(total(capital).plus(profitNotClosed)),
    profit_not_closed: format(profitNotClosed),
    sections: [
      toSection('assets', assets, tree, format),
      toSection('liabilities', liabilities, tree, format),
      toSection('equity', capital, tree, format),
      { section: 'profit_not_closed', amount: format(profitNotClosed), groups: [] },
    ],
  };
}

function toSection(
  section: string,
  amounts: readonly Amount[],
  tree: GroupTree,
  format: (amount: Decimal) => string,
): ReportSection {
  const shown = amounts.filter(({ amount }) => !amount.isZero());
  const groups = [...groupBy(shown, ({ movement }) => movement.groupId)].map(([groupId, members]) => ({
    group_id: groupId,
    group: tree.get(groupId).name,
    amount: format(sum(members.map(({ amount }) => amount))),
    ledgers: members.map(({ movement, amount }) => ({
      ledger_id: movement.ledgerId,
      ledger: movement.ledger,
      amount: format(amount),
    })),
  }));
  return { section, amount: format(sum(shown.map(({ amount }) => amount))), groups };
}
