import { addDays, daysBetween, Decimal, groupBy, notFound, ZERO } from '@finvera/common';
import { InjectTenantDataSource, InjectTenantReader, TenantDataSource, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { bucketLabels, bucketOf, NOT_DUE } from './ageing.js';
import { formatter, sum } from './amounts.js';
import { type GroupTree, ReadGroupTree } from './group-tree.js';

export type OutstandingSide = 'receivable' | 'payable';

export interface OutstandingsRequest {
  asOf: string;
  side: OutstandingSide;
  ageBy: 'due_date' | 'bill_date';
  ledgerId?: string;
  /** last days of the buckets, rising */
  buckets: readonly number[];
}

interface LedgerRow {
  id: string;
  name: string;
  group_id: string;
  nature: string;
  credit_days: number | null;
  bill_by_bill: number;
}

interface BillRow {
  ledger_id: string;
  name: string;
  date: string;
  due_date: string | null;
  pending: string;
}

interface Party {
  ledger: LedgerRow;
  bills: BillRow[];
  /** the ledger's balance, debit positive */
  total: Decimal;
}

const LEDGERS = `SELECT l.id, l.name, l.group_id, g.nature, l.credit_days, l.bill_by_bill
  FROM ledgers l JOIN account_groups g ON g.id = l.group_id ORDER BY l.name, l.id`;

const BALANCES = `SELECT e.ledger_id, SUM(e.debit - e.credit) AS balance FROM entries e
  WHERE e.ledger_id IN (?) AND e.in_books = 1 AND e.date <= ? GROUP BY e.ledger_id`;

/** A reference has the date and due date of the voucher that brought it up, also when its settlement is dated before. */
const BILLS = `SELECT b.ledger_id, b.name, SUM(b.debit - b.credit) AS pending,
    COALESCE(MIN(CASE WHEN b.type IN ('new_ref', 'advance') THEN b.date END), MIN(b.date)) AS date,
    MIN(CASE WHEN b.type IN ('new_ref', 'advance') THEN b.due_date END) AS due_date
  FROM bill_allocations b
  WHERE b.ledger_id IN (?) AND b.in_books = 1 AND b.type <> 'on_account' AND b.date <= ?
  GROUP BY b.ledger_id, b.name HAVING SUM(b.debit - b.credit) <> 0`;

/**
 * What is open per reference and party at a date, debit positive. A party is a ledger below Sundry Debtors (receivable)
 * or Sundry Creditors (payable), or any other that is kept bill by bill, by its nature. What of a party's balance no
 * reference explains is on account: openings, on-account parts, and everything of a ledger that is not kept bill by bill.
 */
@Injectable()
export class Outstandings {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
    private readonly groupTree: ReadGroupTree,
  ) {}

  /** @throws DomainError 404 `ledger_not_found` */
  async read(request: OutstandingsRequest) {
    const { asOf, side, ageBy, buckets } = request;
    const format = formatter((await this.settings.get()).currencyDigits);
    const ledgers = await this.ledgersOf(request);
    const parties =
      ledgers.length === 0
        ? []
        : await this.reader.read((source) =>
            source.transaction('REPEATABLE READ', (tx) => readParties(tx, ledgers, asOf)),
          );
    const aged = parties.map(({ ledger, total, bills }) => ({
      ledger,
      total,
      bills: bills.map((bill) => age(bill, ledger, { asOf, ageBy, buckets })),
    }));
    const labels = [...(ageBy === 'due_date' ? [NOT_DUE] : []), ...bucketLabels(buckets)];
    return {
      as_of: asOf,
      side,
      age_by: ageBy,
      total: format(sum(parties.map(({ total }) => total))),
      bills: aged.flatMap(({ ledger, bills }) =>
        bills.map(({ pending, ...bill }) => ({
          ledger_id: ledger.id,
          ledger: ledger.name,
          ...bill,
          pending: format(pending),
          side: pending.isNegative() ? 'credit' : 'debit',
        })),
      ),
      by_party: aged.map(({ ledger, bills, total }) => ({
        ledger_id: ledger.id,
        ledger: ledger.name,
        total: format(total),
        on_account: format(total.minus(sum(bills.map(({ pending }) => pending)))),
        buckets: Object.fromEntries(
          labels.map((label) => [
            label,
            format(sum(bills.filter(({ bucket }) => bucket === label).map(({ pending }) => pending))),
          ]),
        ),
      })),
    };
  }

  private async ledgersOf({ side, ledgerId }: OutstandingsRequest): Promise<LedgerRow[]> {
    const tree = await this.groupTree.read();
    const all: LedgerRow[] = await this.dataSource.query(LEDGERS);
    if (ledgerId !== undefined && !all.some(({ id }) => id === ledgerId))
      throw notFound('ledger', ledgerId, 'ledger_not_found');
    return all.filter((ledger) => (ledgerId ?? ledger.id) === ledger.id && sideOf(ledger, tree) === side);
  }
}

function sideOf({ group_id, nature, bill_by_bill }: LedgerRow, tree: GroupTree): OutstandingSide | null {
  if (tree.isWithin(group_id, 'sundry_debtors')) return 'receivable';
  if (tree.isWithin(group_id, 'sundry_creditors')) return 'payable';
  if (!bill_by_bill) return null;
  return nature === 'asset' ? 'receivable' : 'payable';
}

/** The ledgers that have a balance or an open reference. */
async function readParties(tx: EntityManager, ledgers: readonly LedgerRow[], asOf: string): Promise<Party[]> {
  const ids = ledgers.map(({ id }) => id);
  const balances: { ledger_id: string; balance: string }[] = await tx.query(BALANCES, [ids, asOf]);
  const bills: BillRow[] = await tx.query(BILLS, [ids, asOf]);
  const balanceOf = new Map(balances.map(({ ledger_id, balance }) => [ledger_id, new Decimal(balance)]));
  const billsOf = groupBy(bills, (bill) => bill.ledger_id);
  return ledgers
    .map((ledger) => ({
      ledger,
      bills: (billsOf.get(ledger.id) ?? []).sort((a, b) => compare(a.date, b.date) || compare(a.name, b.name)),
      total: balanceOf.get(ledger.id) ?? ZERO,
    }))
    .filter(({ bills: open, total }) => open.length > 0 || !total.isZero());
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function age(
  { name, date, due_date, pending }: BillRow,
  { credit_days }: LedgerRow,
  { asOf, ageBy, buckets }: Pick<OutstandingsRequest, 'asOf' | 'ageBy' | 'buckets'>,
) {
  const dueDate = due_date ?? addDays(date, credit_days ?? 0);
  const age_days = daysBetween(ageBy === 'due_date' ? dueDate : date, asOf);
  return {
    name,
    date,
    due_date: dueDate,
    age_days,
    bucket: bucketOf(age_days, buckets),
    pending: new Decimal(pending),
  };
}
