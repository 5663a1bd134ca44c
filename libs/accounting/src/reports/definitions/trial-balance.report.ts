import { ReadGroupTree } from '../group-tree.js';
import { KnownMovements } from '../known-movements.js';
import { comparativeCells, comparativeColumns } from '../frame/comparatives.js';
import { comparedPeriods } from '../frame/compared-periods.js';
import { firstLink, groupLink, statementLink } from '../frame/links.js';
import { readKnownAt } from '../frame/known-at.js';
import { DefineReport, type Report } from '../frame/report.js';
import { type ReportTable, side, text } from '../frame/report-table.js';
import { TrialBalanceDto, TrialBalanceQuery } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';
import { TRIAL_BALANCE_COLUMNS, type TrialBalance, type TrialBalanceRow, trialBalance } from '../trial-balance.js';
import { signed, zerosLike } from '../amounts.js';

type Row = TrialBalanceRow & { links: object; comparatives?: string[] };

@DefineReport({
  name: 'trial-balance',
  title: 'Trial balance',
  description:
    'Six columns: opening and closing net on one side, gross movement from `from` to `as_of`, both days included. Opening balances are opening, never movement. Income and expense open with what they moved since the first day of the financial year that holds `from`; the result of earlier years that was not closed stands in the opening of *Profit & Loss A/c*. Each pair of totals is equal.',
  query: TrialBalanceQuery,
  answer: { data: { trial_balance: TrialBalanceDto } },
})
export class TrialBalanceReport implements Report<TrialBalanceQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly movements: KnownMovements,
    private readonly groupTree: ReadGroupTree,
  ) {}

  async answer(query: TrialBalanceQuery) {
    return { trial_balance: await this.read(query) };
  }

  async table(query: TrialBalanceQuery): Promise<ReportTable> {
    const { from, as_of, rows, totals, periods = [] } = await this.read(query);
    const byGroup = query.level !== undefined;
    return {
      title: 'Trial balance',
      period: `${from} to ${as_of}`,
      columns: [
        text(byGroup ? 'group' : 'ledger', 'Particulars', 4),
        ...(byGroup ? [] : [text('group', 'Group', 2.5)]),
        side('opening_debit', 'Opening Dr'),
        side('opening_credit', 'Opening Cr'),
        side('debit', 'Debit'),
        side('credit', 'Credit'),
        side('closing_debit', 'Closing Dr'),
        side('closing_credit', 'Closing Cr'),
        ...comparativeColumns(periods.map((one) => `Net ${one.to}`)),
      ],
      rows: [
        ...rows.map(({ links, comparatives, ...row }) => ({
          kind: 'line' as const,
          cells: { ...row, ...comparativeCells(comparatives) },
          link: firstLink(links),
        })),
        { kind: 'total', cells: { [byGroup ? 'group' : 'ledger']: 'Total', ...totals } },
      ],
    };
  }

  private async read(query: TrialBalanceQuery) {
    const { from, to } = await this.period.of(query.from, query.as_of);
    const period = { from, to };
    const knownAt = readKnownAt(query.known_at);
    const tree = await this.groupTree.read();
    const of = async (one: { from: string; to: string }) => {
      const { movements, settings } = await this.movements.between(one.from, one.to, { knownAt });
      const options = { from: one.from, asOf: one.to, digits: settings.currencyDigits, level: query.level };
      return trialBalance(movements, tree, options);
    };
    const report = await of(period);
    const compared = comparedPeriods(period, query.compare);
    const others: TrialBalance[] = [];
    for (const one of compared) others.push(await of(one));
    const links = (row: TrialBalanceRow) =>
      row.ledger_id ? statementLink(row.ledger_id, period) : groupLink(row.group_id, period);
    const rows: Row[] = withMissing(report, others).map((row) => ({
      ...row,
      ...(query.compare && { comparatives: others.map(({ rows: other }) => netOf(other, row)) }),
      links: links(row),
    }));
    return { ...report, rows, ...(query.compare && { periods: compared }) };
  }
}

const keyOf = ({ ledger_id, group_id }: TrialBalanceRow) => ledger_id ?? group_id;

const netOf = (rows: readonly TrialBalanceRow[], row: TrialBalanceRow): string => {
  const found = rows.find((other) => keyOf(other) === keyOf(row));
  return found ? signed(found.closing_debit, found.closing_credit) : zerosLike(row.closing_debit);
};

/** Rows that only an earlier period has stand at the end, with zeros of this one. */
function withMissing({ rows }: TrialBalance, others: readonly TrialBalance[]): TrialBalanceRow[] {
  const known = new Map(rows.map((row) => [keyOf(row), row]));
  for (const row of others.flatMap((other) => other.rows))
    if (!known.has(keyOf(row))) known.set(keyOf(row), { ...row, ...zeros(row.debit) });
  return [...known.values()];
}

const zeros = (amount: string) =>
  Object.fromEntries(TRIAL_BALANCE_COLUMNS.map((column) => [column, zerosLike(amount)])) as Record<
    (typeof TRIAL_BALANCE_COLUMNS)[number],
    string
  >;
