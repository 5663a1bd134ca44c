import { addDays, daysBetween, Decimal, groupBy, ZERO } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { formatter, sum } from './amounts.js';
import { ReadGroupTree } from './group-tree.js';

export type OutstandingSide = 'receivable' | 'payable';

export interface OutstandingsRequest {
  asOf: string;
  side: OutstandingSide;
  ageBy: 'due_date' | 'bill_date';
  ledgerId?: string;
  /** upper ends of the buckets in days, rising */
  buckets: readonly number[];
}

interface LedgerRow {
  id: string;
  name: string;
  group_id: string;
  nature: string;
  credit_days: number | null;
  balance: string | null;
}

interface BillRow {
  ledger_id: string;
  name: string;
  date: string;
  due_date: string | null;
  pending: string;
}

const LEDGERS = `SELECT l.id, l.name, l.group_id, g.nature, l.credit_days, SUM(e.debit - e.credit) AS balance
  FROM ledgers l JOIN account_groups g ON g.id = l.group_id
  LEFT JOIN entries e ON e.ledger_id = l.id AND e.in_books = 1 AND e.date <= ?
  WHERE l.bill_by_bill = 1 AND (? IS NULL OR l.id = ?)
  GROUP BY l.id, l.name, l.group_id, g.nature, l.credit_days ORDER BY l.name, l.id`;

/** A reference's date is that of the voucher that brought it up. */
const BILLS = `SELECT b.ledger_id, b.name, COALESCE(MIN(CASE WHEN b.type IN ('new_ref', 'advance') THEN b.date END), MIN(b.date)) AS date,
    MIN(CASE WHEN b.type IN ('new_ref', 'advance') THEN b.due_date END) AS due_date, SUM(b.debit - b.credit) AS pending
  FROM bill_allocations b
  WHERE b.in_books = 1 AND b.type <> 'on_account' AND b.date <= ? AND (? IS NULL OR b.ledger_id = ?)
  GROUP BY b.ledger_id, b.name HAVING pending <> 0 ORDER BY date, b.name`;

const NOT_DUE = 'not_due';

/** Labels of buckets: "0-30", "31-60", …, "90+". */
export const bucketLabels = (ends: readonly number[]): string[] => [
  ...ends.map((end, index) => `${index === 0 ? 0 : ends[index - 1]! + 1}-${end}`),
  `${ends.at(-1)}+`,
];

/** The bucket of an age in days; what is not due yet has its own. */
export function bucketOf(age: number, ends: readonly number[]): string {
  if (age < 0) return NOT_DUE;
  const index = ends.findIndex((end) => age <= end);
  return bucketLabels(ends)[index === -1 ? ends.length : index]!;
}

/** What is open per reference and party at a date, debit positive; advances and on-account sums stand on their own. */
@Injectable()
export class Outstandings {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly settings: CompanySettingsReader,
    private readonly groupTree: ReadGroupTree,
  ) {}

  async read({ asOf, side, ageBy, ledgerId, buckets }: OutstandingsRequest) {
    const format = formatter((await this.settings.get()).currencyDigits);
    const tree = await this.groupTree.read();
    const only = ledgerId ?? null;
    const ledgerRows: LedgerRow[] = await this.dataSource.query(LEDGERS, [asOf, only, only]);
    const billRows: BillRow[] = await this.dataSource.query(BILLS, [asOf, only, only]);
    const billsOf = groupBy(billRows, (bill) => bill.ledger_id);
    const sideOf = ({ group_id, nature }: LedgerRow): OutstandingSide => {
      if (tree.isUnder(group_id, 'sundry_debtors')) return 'receivable';
      if (tree.isUnder(group_id, 'sundry_creditors')) return 'payable';
      return nature === 'asset' ? 'receivable' : 'payable';
    };
    const labels = [...(ageBy === 'due_date' ? [NOT_DUE] : []), ...bucketLabels(buckets)];
    const parties = ledgerRows
      .filter((ledger) => sideOf(ledger) === side)
      .map((ledger) => {
        const bills = (billsOf.get(ledger.id) ?? []).map((row) => {
          const dueDate = row.due_date ?? addDays(row.date, ledger.credit_days ?? 0);
          const age = daysBetween(ageBy === 'due_date' ? dueDate : row.date, asOf);
          return { row, dueDate, age, bucket: bucketOf(age, buckets), pending: new Decimal(row.pending) };
        });
        const total = new Decimal(ledger.balance ?? 0);
        return { ledger, bills, total, onAccount: total.minus(sum(bills.map(({ pending }) => pending))) };
      })
      .filter(({ bills, total, onAccount }) => bills.length > 0 || !total.isZero() || !onAccount.isZero());
    return {
      as_of: asOf,
      side,
      age_by: ageBy,
      total: format(sum(parties.map(({ total }) => total))),
      bills: parties.flatMap(({ ledger, bills }) =>
        bills.map(({ row, dueDate, age, bucket, pending }) => ({
          ledger_id: ledger.id,
          ledger: ledger.name,
          name: row.name,
          date: row.date,
          due_date: dueDate,
          pending: format(pending),
          side: pending.isNegative() ? 'credit' : 'debit',
          age_days: age,
          bucket,
        })),
      ),
      by_party: parties.map(({ ledger, bills, total, onAccount }) => ({
        ledger_id: ledger.id,
        ledger: ledger.name,
        total: format(total),
        on_account: format(onAccount),
        buckets: Object.fromEntries(
          labels.map((label) => [
            label,
            format(
              bills.filter(({ bucket }) => bucket === label).reduce((total, { pending }) => total.plus(pending), ZERO),
            ),
          ]),
        ),
      })),
    };
  }
}
