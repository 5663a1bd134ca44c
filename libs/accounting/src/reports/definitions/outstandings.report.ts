import { groupBy } from '@finvera/common';
import { readBuckets } from '../ageing.js';
import { statementLink } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { balance, date, number, type ReportRow, type ReportTable, text } from '../frame/report-table.js';
import { Outstandings } from '../outstandings.js';
import { OutstandingsDto, OutstandingsQuery } from '../outstandings.dto.js';
import { ReportPeriod } from '../report-period.js';

const TITLES = { receivable: 'Receivables', payable: 'Payables' };

@DefineReport({
  name: 'outstandings',
  title: 'Outstanding bills with ageing',
  description:
    'What is open per reference and party, debit positive. Parties are the ledgers below Sundry Debtors (receivable) or Sundry Creditors (payable), and any others kept bill by bill, by their nature. Advances stand as references of their own; what no reference explains, opening balances included, is `on_account`.',
  query: OutstandingsQuery,
  answer: { data: { outstandings: OutstandingsDto } },
  refusals: { 404: 'ledger_not_found' },
})
export class OutstandingsReport implements Report<OutstandingsQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly outstandings: Outstandings,
  ) {}

  async answer(query: OutstandingsQuery) {
    return { outstandings: await this.read(query) };
  }

  async table(query: OutstandingsQuery): Promise<ReportTable> {
    const { as_of, side, age_by, bills, by_party, total } = await this.read(query);
    const buckets = Object.keys(by_party[0]?.buckets ?? {});
    const billsOf = groupBy(bills, ({ ledger_id }) => ledger_id);
    return {
      title: `${TITLES[side]}, aged by ${age_by.replace('_', ' ')}`,
      period: `as of ${as_of}`,
      columns: [
        text('particulars', 'Party / bill', 3.5),
        date('date', 'Date'),
        date('due_date', 'Due'),
        number('age_days', 'Days'),
        ...buckets.map((bucket) => balance(bucket, bucket === 'not_due' ? 'Not due' : `${bucket} days`)),
        balance('on_account', 'On account'),
        balance('pending', 'Pending'),
      ],
      rows: [
        ...by_party.flatMap((party): ReportRow[] => [
          {
            kind: 'subtotal',
            cells: {
              particulars: party.ledger,
              ...party.buckets,
              on_account: party.on_account,
              pending: party.total,
            },
            link: party.links.statement,
          },
          ...(billsOf.get(party.ledger_id) ?? []).map((bill) => ({
            kind: 'line' as const,
            depth: 1,
            cells: {
              particulars: bill.name,
              date: bill.date,
              due_date: bill.due_date,
              age_days: String(bill.age_days),
              [bill.bucket]: bill.pending,
              pending: bill.pending,
            },
            link: bill.links.statement,
          })),
        ]),
        { kind: 'total', cells: { particulars: 'Total', pending: total } },
      ],
    };
  }

  private async read({ as_of, side, age_by: ageBy, ledger_id: ledgerId, buckets: text }: OutstandingsQuery) {
    const { from, to: asOf } = await this.period.of(undefined, as_of);
    const buckets = readBuckets(text);
    const report = await this.outstandings.read({ asOf, side, ageBy, ledgerId, buckets });
    return {
      ...report,
      bills: report.bills.map((bill) => ({
        ...bill,
        links: statementLink(bill.ledger_id, { from: bill.date, to: asOf }),
      })),
      by_party: report.by_party.map((party) => ({
        ...party,
        links: statementLink(party.ledger_id, { from, to: asOf }),
      })),
    };
  }
}
