import { Decimal, groupBy, ZERO } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { Nature } from '../chart/account-group.entity.js';
import { CompanySettingsReader } from '../company/company-settings.js';
import { formatter, sum } from '../reports/amounts.js';

export interface CostCentreNode {
  id: string;
  name: string;
  parent_id: string | null;
  category_id: string;
  category: string;
}

export interface CostMovement {
  cost_centre_id: string;
  ledger_id: string;
  ledger: string;
  nature: Nature;
  debit: string;
  credit: string;
}

const CENTRES = `SELECT c.id, c.name, c.parent_id, c.category_id, k.name AS category
  FROM cost_centres c JOIN cost_categories k ON k.id = c.category_id
  WHERE (? IS NULL OR c.category_id = ?) ORDER BY k.name, c.name, c.id`;

const MOVEMENTS = `SELECT m.cost_centre_id, m.ledger_id, l.name AS ledger, g.nature, m.debit, m.credit
  FROM (
    SELECT a.cost_centre_id, e.ledger_id, SUM(a.debit) AS debit, SUM(a.credit) AS credit
    FROM cost_centres c STRAIGHT_JOIN cost_allocations a FORCE INDEX (cost_allocations_centre)
      ON a.cost_centre_id = c.id AND a.date >= ? AND a.date <= ?
    JOIN entries e ON e.id = a.entry_id AND e.in_books = 1
    WHERE (? IS NULL OR c.category_id = ?)
    GROUP BY a.cost_centre_id, e.ledger_id
  ) m JOIN ledgers l ON l.id = m.ledger_id JOIN account_groups g ON g.id = l.group_id
  ORDER BY l.name, l.id`;

/** What moved in cost centres within a period. */
@Injectable()
export class CostCentreFigures {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
  ) {}

  async read(period: { from: string; to: string }, categoryId: string | null = null) {
    const { currencyDigits: digits } = await this.settings.get();
    const { centres, movements } = await this.movements(period, categoryId);
    return costCentreReport(centres, movements, { ...period, digits });
  }

  /** Centres of all categories, or of one, and what moved in each by ledger, in one snapshot. */
  movements({ from, to }: { from: string; to: string }, categoryId: string | null = null) {
    return this.reader.read((source) =>
      source.transaction('REPEATABLE READ', async (tx) => ({
        centres: await tx.query<CostCentreNode[]>(CENTRES, [categoryId, categoryId]),
        movements: await tx.query<CostMovement[]>(MOVEMENTS, [from, to, categoryId, categoryId]),
      })),
    );
  }
}

interface Sums {
  debit: Decimal;
  credit: Decimal;
  income: Decimal;
  expense: Decimal;
}

const NOTHING: Sums = { debit: ZERO, credit: ZERO, income: ZERO, expense: ZERO };

const plus = (a: Sums, b: Sums): Sums => ({
  debit: a.debit.plus(b.debit),
  credit: a.credit.plus(b.credit),
  income: a.income.plus(b.income),
  expense: a.expense.plus(b.expense),
});

/**
 * A row per centre: what its own entries moved, by ledger, and `with_below`: together with the centres under it. `net`
 * is debit positive; `result` is income less expense.
 */
export function costCentreReport(
  centres: readonly CostCentreNode[],
  movements: readonly CostMovement[],
  { from, to, digits }: { from: string; to: string; digits: number },
) {
  const format = formatter(digits);
  const formatted = ({ debit, credit, income, expense }: Sums) => ({
    debit: format(debit),
    credit: format(credit),
    net: format(debit.minus(credit)),
    income: format(income),
    expense: format(expense),
    result: format(income.minus(expense)),
  });
  const ledgers = groupBy(movements, (movement) => movement.cost_centre_id);
  const own = new Map(centres.map(({ id }) => [id, (ledgers.get(id) ?? []).map(sumsOf).reduce(plus, NOTHING)]));
  const below = withBelow(centres, own);
  const rows = centres.map((centre) => ({
    cost_centre_id: centre.id,
    cost_centre: centre.name,
    parent_id: centre.parent_id,
    cost_category_id: centre.category_id,
    cost_category: centre.category,
    ...formatted(own.get(centre.id)!),
    with_below: formatted(below.get(centre.id)!),
    ledgers: (ledgers.get(centre.id) ?? []).map(({ cost_centre_id: _, ...movement }) => ({
      ...movement,
      debit: format(new Decimal(movement.debit)),
      credit: format(new Decimal(movement.credit)),
      net: format(new Decimal(movement.debit).minus(movement.credit)),
    })),
  }));
  const categories = [...groupBy(centres, ({ category_id }) => category_id)].map(([id, members]) => ({
    cost_category_id: id,
    cost_category: members[0]!.category,
    ...formatted(members.map((centre) => own.get(centre.id)!).reduce(plus, NOTHING)),
  }));
  return { from, to, categories, rows };
}

/** Own sums and those of all centres below. */
export function withBelow(centres: readonly CostCentreNode[], own: ReadonlyMap<string, Sums>): Map<string, Sums> {
  const total = new Map(own);
  const parents = new Map(centres.map(({ id, parent_id }) => [id, parent_id]));
  for (const { id } of centres)
    for (let above = parents.get(id); above; above = parents.get(above))
      total.set(above, plus(total.get(above) ?? NOTHING, own.get(id)!));
  return total;
}

function sumsOf({ debit, credit, nature }: CostMovement): Sums {
  const net = new Decimal(debit).minus(credit);
  return {
    debit: new Decimal(debit),
    credit: new Decimal(credit),
    income: nature === 'income' ? net.negated() : ZERO,
    expense: nature === 'expense' ? net : ZERO,
  };
}

/** Net movement per centre with all below it, debit positive: what a budget of a centre is compared with. */
export function netByCentre(
  centres: readonly CostCentreNode[],
  movements: readonly CostMovement[],
): Map<string, Decimal> {
  const ledgers = groupBy(movements, (movement) => movement.cost_centre_id);
  const own = new Map(centres.map(({ id }) => [id, (ledgers.get(id) ?? []).map(sumsOf).reduce(plus, NOTHING)]));
  return new Map([...withBelow(centres, own)].map(([id, { debit, credit }]) => [id, sum([debit, credit.negated()])]));
}
