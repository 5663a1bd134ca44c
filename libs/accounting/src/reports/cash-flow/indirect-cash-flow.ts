import type { Decimal } from '@finvera/common';
import { groupBy } from '@finvera/common';
import { sum } from '../amounts.js';
import type { Period } from '../frame/compared-periods.js';
import { groupLink, pathOf } from '../frame/links.js';
import type { GroupTree } from '../group-tree.js';
import type { LedgerMovement } from '../ledger-movements.js';
import {
  type Activity,
  activityOf,
  CASH_LINE,
  DEPRECIATION_LINE,
  FINANCE_COSTS_LINE,
  TAX_LINES,
} from './activities.js';
import type { CashFlow, Flow } from './flow.js';

const isEarned = ({ nature }: LedgerMovement) => nature === 'income' || nature === 'expense';
const moved = ({ debit, credit }: LedgerMovement): Decimal => debit.minus(credit);

/**
 * Profit, made one of cash by what did not move any and by changes of all other balances (AS 3, paragraph 18 b). Debits
 * and credits of a period are equal, so that it comes to the change of cash exactly. Depreciation, finance costs and tax
 * are the ledgers that the company put into these lines of Schedule III.
 * @param movements of the period, without what closes years
 * @param lineOf the line of Schedule III of a ledger
 */
export function indirectCashFlow(
  movements: readonly LedgerMovement[],
  tree: GroupTree,
  { period, lineOf }: { period: Period; lineOf: (movement: LedgerMovement) => string },
): CashFlow {
  const isCash = (one: LedgerMovement) => lineOf(one) === CASH_LINE;
  const expense = (...lines: readonly string[]) =>
    sum(movements.filter((one) => isEarned(one) && lines.includes(lineOf(one))).map(moved));
  const [depreciation, financeCosts, tax] = [
    expense(DEPRECIATION_LINE),
    expense(FINANCE_COSTS_LINE),
    expense(...TAX_LINES),
  ];
  const netProfit = sum(movements.filter(isEarned).map(moved)).negated();
  const flow = (key: string, activity: Activity, title: string, amount: Decimal): Flow => ({
    key,
    activity,
    title,
    amount,
  });
  const report = pathOf('reports/profit-and-loss', { from: period.from, to: period.to });
  const balances = movements.filter((one) => !isEarned(one) && !isCash(one));
  const ofGroup = groupBy(balances, (one) => `${activityOf(lineOf(one))} ${one.groupId}`);
  const changes = [...ofGroup].map(([key, members]): Flow => {
    const [activity, groupId] = key.split(' ') as [Activity, string];
    return {
      ...flow(key, activity, changeTitle(activity, tree.get(groupId).name), sum(members.map(moved)).negated()),
      links: groupLink(groupId, period),
    };
  });
  const shown = (...flows: Flow[]) => flows.filter(({ amount }) => !amount.isZero());
  const ofActivity = (activity: Activity) => shown(...changes.filter((change) => change.activity === activity));
  return {
    opening: sum(movements.filter(isCash).map(({ before }) => before)),
    flows: [
      { ...flow('profit_before_tax', 'operating', 'Net profit before tax', netProfit.plus(tax)), links: { report } },
      ...shown(
        flow('depreciation', 'operating', 'Adjustment for depreciation and amortisation', depreciation),
        flow('finance_costs', 'operating', 'Adjustment for finance costs', financeCosts),
      ),
      ...ofActivity('operating'),
      ...shown(flow('tax', 'operating', 'Tax expense', tax.negated())),
      ...shown(flow('depreciation_of_assets', 'investing', 'Depreciation within fixed assets', depreciation.negated())),
      ...ofActivity('investing'),
      ...ofActivity('financing'),
      ...shown(flow('finance_costs_paid', 'financing', 'Finance costs', financeCosts.negated())),
    ],
  };
}

const changeTitle = (activity: Activity, group: string) =>
  activity === 'operating' ? `Change in ${group}` : `${group} (net)`;
