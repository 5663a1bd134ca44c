import { Decimal } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { Nature } from '../chart/account-group.entity.js';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { financialYearOf } from '../periods/financial-year.js';

/** What a ledger had before a period and moved within it; before: net, debit positive. */
export interface LedgerMovement {
  ledgerId: string;
  ledger: string;
  reservedCode: string | null;
  groupId: string;
  nature: Nature;
  /** all entries before the period, opening balances included */
  before: Decimal;
  /** of those, what stands in the financial year that holds the period's first day */
  beforeThisYear: Decimal;
  debit: Decimal;
  credit: Decimal;
}

interface Row {
  ledger_id: string;
  ledger: string;
  reserved_code: string | null;
  group_id: string;
  nature: Nature;
  before_net: string | null;
  before_this_year: string | null;
  debit: string | null;
  credit: string | null;
}

interface Closing {
  ledger_id: string;
  debit: string;
  credit: string;
}

/**
 * An opening entry belongs to the balance before any period, but to none that ends before the books begin. It is dated
 * on the first day of the books, and so in the financial year that holds it.
 * Sums per ledger over the covering index `entries_ledger` come first: grouping by names too would need a temporary table.
 */
const SELECT = `SELECT l.id AS ledger_id, l.name AS ledger, l.reserved_code, l.group_id, g.nature,
    m.before_net, m.before_this_year, m.debit, m.credit
  FROM (
    SELECT one.id,
      SUM(CASE WHEN e.date < ? OR e.is_opening = 1 THEN e.debit - e.credit ELSE 0 END) AS before_net,
      SUM(CASE WHEN e.date >= ? AND (e.date < ? OR e.is_opening = 1) THEN e.debit - e.credit ELSE 0 END) AS before_this_year,
      SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.debit ELSE 0 END) AS debit,
      SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.credit ELSE 0 END) AS credit
    FROM ledgers one LEFT JOIN entries e ON e.ledger_id = one.id AND e.in_books = 1 AND e.date <= ?
    GROUP BY one.id
  ) m JOIN ledgers l ON l.id = m.id JOIN account_groups g ON g.id = l.group_id
  ORDER BY g.sort_order, g.name, l.name, l.id`;

/** What the vouchers that close years moved within a period. */
const SELECT_CLOSINGS = `SELECT e.ledger_id, SUM(e.debit) AS debit, SUM(e.credit) AS credit
  FROM financial_years y JOIN entries e ON e.voucher_id = y.closing_voucher_id AND e.in_books = 1
  WHERE y.status = 'closed' AND y.end_date BETWEEN ? AND ? GROUP BY e.ledger_id`;

/** The one query that trial balance, profit & loss and balance sheet are made from, so that they cannot disagree. */
@Injectable()
export class LedgerMovements {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
  ) {}

  /**
   * Movements of all ledgers from one day to another, both included.
   * @param closings whether what the vouchers that close years moved is part of them
   */
  async between(
    from: string,
    to: string,
    { closings = true }: { closings?: boolean } = {},
  ): Promise<{ movements: LedgerMovement[]; settings: CompanySettings }> {
    const settings = await this.settings.get();
    const yearStart = financialYearOf(from, settings.financialYearStart).start;
    const { rows, closed } = await this.reader.read(async (source) => ({
      rows: await source.query<Row[]>(SELECT, [from, yearStart, from, from, from, to]),
      closed: closings ? [] : await source.query<Closing[]>(SELECT_CLOSINGS, [from, to]),
    }));
    const closedBy = new Map(closed.map((row) => [row.ledger_id, row]));
    const movements = rows.map((row) => ({
      ledgerId: row.ledger_id,
      ledger: row.ledger,
      reservedCode: row.reserved_code,
      groupId: row.group_id,
      nature: row.nature,
      before: new Decimal(row.before_net ?? 0),
      beforeThisYear: new Decimal(row.before_this_year ?? 0),
      debit: new Decimal(row.debit ?? 0).minus(closedBy.get(row.ledger_id)?.debit ?? 0),
      credit: new Decimal(row.credit ?? 0).minus(closedBy.get(row.ledger_id)?.credit ?? 0),
    }));
    return { movements, settings };
  }
}
