import { Decimal, malformed, ZERO } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CostCentreFigures, netByCentre } from '../cost-centres/cost-centre-figures.js';
import { readRecord } from '../records/company-records.js';
import { formatter, sum } from '../reports/amounts.js';
import { type GroupTree, ReadGroupTree } from '../reports/group-tree.js';
import { type LedgerMovement, LedgerMovements } from '../reports/ledger-movements.js';
import { type BudgetLine, readLines } from './budget-lines.js';
import { BUDGET } from './manage-budgets.js';
import { isFirstOfMonth, isLastOfMonth, monthsBetween } from './months.js';

/** What was planned against what moved. */
@Injectable()
export class BudgetVariance {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly movements: LedgerMovements,
    private readonly groupTree: ReadGroupTree,
    private readonly costCentres: CostCentreFigures,
  ) {}

  /**
   * @param period whole months within the budget; left away: all of it
   * @throws DomainError 400, 404 `budget_not_found`
   */
  async read(id: string, period: { from?: string; to?: string }) {
    const budget = await readRecord(this.dataSource.manager, BUDGET, id);
    const { from = budget.startDate, to = budget.endDate } = period;
    assertWithin(budget, { from, to });
    const lines = await readLines(this.dataSource, id);
    // what closes a year is no result
    const { movements, settings } = await this.movements.between(from, to, { closings: false });
    const tree = await this.groupTree.read();
    const hasCentres = lines.some(({ kind }) => kind === 'cost_centre');
    const { centres, movements: ofCentres } = hasCentres
      ? await this.costCentres.movements({ from, to })
      : { centres: [], movements: [] };
    const centreNet = netByCentre(centres, ofCentres);
    const format = formatter(settings.currencyDigits);
    const months = monthsBetween(from, to);
    return {
      budget_id: id,
      budget: budget.name,
      from,
      to,
      rows: lines.map((line) => {
        const planned = sum(months.map((month) => line.months.get(month) ?? ZERO));
        const net = line.kind === 'cost_centre' ? (centreNet.get(line.targetId) ?? ZERO) : netOf(line, movements, tree);
        const actual = line.side === 'debit' ? net : net.negated();
        return {
          kind: line.kind,
          target_id: line.targetId,
          target: line.target,
          side: line.side,
          budget: format(planned),
          actual: format(actual),
          variance: format(actual.minus(planned)),
          used_percent: planned.isZero() ? null : actual.times(100).div(planned).toFixed(2, Decimal.ROUND_HALF_UP),
          favourable: isFavourable(line, actual.minus(planned)),
        };
      }),
    };
  }
}

/** Net movement of a ledger, or of all ledgers below a group; debit positive. */
function netOf({ kind, targetId }: BudgetLine, movements: readonly LedgerMovement[], tree: GroupTree): Decimal {
  return sum(
    movements
      .filter(({ ledgerId, groupId }) =>
        kind === 'ledger' ? ledgerId === targetId : tree.path(groupId).some(({ id }) => id === targetId),
      )
      .map(({ debit, credit }) => debit.minus(credit)),
  );
}

/** Income is favourable when there is more of it, expense when there is less; so is what a cost centre takes. */
function isFavourable({ kind, nature, side }: BudgetLine, variance: Decimal): boolean | null {
  if (kind !== 'cost_centre' && nature !== 'income' && nature !== 'expense') return null;
  return side === 'credit' ? !variance.isNegative() : !variance.isPositive() || variance.isZero();
}

function assertWithin(
  budget: { startDate: string; endDate: string },
  { from, to }: { from: string; to: string },
): void {
  const refuse = (field: string, message: string) => malformed(`${field} ${message}`, [{ field, message }]);
  if (!isFirstOfMonth(from)) throw refuse('from', `${from} is not the first day of a month`);
  if (!isLastOfMonth(to)) throw refuse('to', `${to} is not the last day of a month`);
  if (from > to) throw refuse('from', `${from} is after ${to}`);
  if (from < budget.startDate) throw refuse('from', `${from} is before the budget begins (${budget.startDate})`);
  if (to > budget.endDate) throw refuse('to', `${to} is after the budget ends (${budget.endDate})`);
}
