import { Decimal, decodeCursor, encodeCursor, notFound } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { formatter } from './amounts.js';

/** Before every date that a voucher can have. */
const FIRST_DAY = '1000-01-01';

interface LineRow {
  entry_id: string;
  date: string;
  voucher_id: string;
  voucher_number: string | null;
  voucher_type: string;
  narration: string;
  debit: string;
  credit: string;
}

const SUMS = `SELECT
    SUM(CASE WHEN e.date < ? OR e.is_opening = 1 THEN e.debit - e.credit ELSE 0 END) AS opening,
    SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.debit ELSE 0 END) AS debit,
    SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.credit ELSE 0 END) AS credit
  FROM entries e WHERE e.ledger_id = ? AND e.in_books = 1 AND e.date <= ?`;

/** Net movement of the range up to and including a position: where a page begins. */
const UP_TO = `SELECT SUM(e.debit - e.credit) AS net FROM entries e
  WHERE e.ledger_id = ? AND e.in_books = 1 AND e.is_opening = 0 AND e.date >= ? AND (e.date < ? OR (e.date = ? AND e.id <= ?))`;

const LINES = `SELECT e.id AS entry_id, e.date, v.id AS voucher_id, v.number AS voucher_number, t.name AS voucher_type,
    CASE WHEN e.narration = '' THEN v.narration ELSE e.narration END AS narration, e.debit, e.credit
  FROM entries e JOIN vouchers v ON v.id = e.voucher_id JOIN voucher_types t ON t.id = v.voucher_type_id
  WHERE e.ledger_id = ? AND e.in_books = 1 AND e.is_opening = 0 AND e.date >= ? AND e.date <= ?
    AND (e.date > ? OR (e.date = ? AND e.id > ?))
  ORDER BY e.date, e.id LIMIT ?`;

export interface StatementRequest {
  ledgerId: string;
  from: string;
  to: string;
  cursor?: string;
  limit: number;
}

/**
 * A ledger's lines with running balance, page by page in order of date and entry. Balances are signed, debit positive.
 * A page costs what is on it and one sum over the index before it.
 */
@Injectable()
export class LedgerStatement {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly settings: CompanySettingsReader,
  ) {}

  /** @throws DomainError 404 `ledger_not_found` */
  async read({ ledgerId, from, to, cursor, limit }: StatementRequest) {
    const [ledger] = /^\d{1,20}$/.test(ledgerId)
      ? await this.dataSource.query('SELECT id, name FROM ledgers WHERE id = ?', [ledgerId])
      : [];
    if (!ledger) throw notFound('ledger', ledgerId, 'ledger_not_found');
    const format = formatter((await this.settings.get()).currencyDigits);
    const [sums] = await this.dataSource.query(SUMS, [from, from, from, ledgerId, to]);
    const opening = new Decimal(sums.opening ?? 0);
    const [date, entryId] = (cursor ? decodeCursor(cursor, 2) : [FIRST_DAY, '0']).map(String) as [string, string];
    let balance = opening;
    if (cursor) {
      const [before] = await this.dataSource.query(UP_TO, [ledgerId, from, date, date, entryId]);
      balance = balance.plus(before.net ?? 0);
    }
    const rows: LineRow[] = await this.dataSource.query(LINES, [ledgerId, from, to, date, date, entryId, limit + 1]);
    const page = rows.slice(0, limit);
    const lines = page.map(({ entry_id: _, ...row }) => {
      balance = balance.plus(row.debit).minus(row.credit);
      return {
        ...row,
        debit: format(new Decimal(row.debit)),
        credit: format(new Decimal(row.credit)),
        balance: format(balance),
      };
    });
    const [totalDebit, totalCredit] = [new Decimal(sums.debit ?? 0), new Decimal(sums.credit ?? 0)];
    const last = page.at(-1);
    return {
      statement: {
        ledger_id: ledger.id as string,
        ledger: ledger.name as string,
        from,
        to,
        opening: format(opening),
        closing: format(opening.plus(totalDebit).minus(totalCredit)),
        total_debit: format(totalDebit),
        total_credit: format(totalCredit),
        lines,
      },
      nextCursor: rows.length > limit && last ? encodeCursor([last.date, last.entry_id]) : null,
    };
  }
}
