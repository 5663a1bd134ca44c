import { Decimal, encodeCursor, notFound } from '@finvera/common';
import { InjectTenantDataSource, InjectTenantReader, TenantDataSource, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { formatter } from './amounts.js';
import { type Position, readPosition } from './position.js';
import { withRunningBalance } from './running-balance.js';

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

/** Opening entries, dated on the first day of the books, belong to the opening of every period that ends on it or later. */
const SUMS = `SELECT
    COALESCE(SUM(CASE WHEN e.date < ? OR e.is_opening = 1 THEN e.debit - e.credit ELSE 0 END), 0) AS opening,
    COALESCE(SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.debit ELSE 0 END), 0) AS debit,
    COALESCE(SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.credit ELSE 0 END), 0) AS credit
  FROM entries e WHERE e.ledger_id = ? AND e.in_books = 1 AND e.date <= ?`;

/** Net movement of the period up to and including a position: what stands between the opening and a page. */
const MOVED_UP_TO = `SELECT COALESCE(SUM(e.debit - e.credit), 0) AS net FROM entries e
  WHERE e.ledger_id = ? AND e.in_books = 1 AND e.is_opening = 0 AND e.date >= ?
    AND (e.date < ? OR (e.date = ? AND e.id <= CAST(? AS UNSIGNED)))`;

const LINES = `SELECT e.id AS entry_id, e.date, v.id AS voucher_id, v.number AS voucher_number, t.name AS voucher_type,
    CASE WHEN e.narration = '' THEN v.narration ELSE e.narration END AS narration, e.debit, e.credit
  FROM entries e JOIN vouchers v ON v.id = e.voucher_id JOIN voucher_types t ON t.id = v.voucher_type_id
  WHERE e.ledger_id = ? AND e.in_books = 1 AND e.is_opening = 0 AND e.date >= ? AND e.date <= ?
    AND (e.date > ? OR (e.date = ? AND e.id > CAST(? AS UNSIGNED)))
  ORDER BY e.date, e.id LIMIT ?`;

export interface StatementRequest {
  ledgerId: string;
  from: string;
  to: string;
  cursor?: string;
  /** lines on a page */
  limit: number;
}

/**
 * A ledger's lines with running balance, page by page in order of date and entry. Balances are signed, debit positive.
 * A page costs what is on it and one sum over the index before it; sums and lines are read from one snapshot.
 */
@Injectable()
export class LedgerStatement {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
  ) {}

  /** @throws DomainError 404 `ledger_not_found`, 400 for a cursor that no statement gave out */
  async read(request: StatementRequest) {
    const { ledgerId, from, to, limit } = request;
    const after = readPosition(request.cursor);
    const ledger = await this.findLedger(ledgerId);
    const format = formatter((await this.settings.get()).currencyDigits);
    const { sums, moved, rows } = await this.reader.read((source) =>
      source.transaction('REPEATABLE READ', (tx) => query(tx, request, after)),
    );
    const opening = new Decimal(sums.opening);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      statement: {
        ledger_id: ledger.id,
        ledger: ledger.name,
        from,
        to,
        opening: format(opening),
        closing: format(opening.plus(sums.debit).minus(sums.credit)),
        total_debit: format(new Decimal(sums.debit)),
        total_credit: format(new Decimal(sums.credit)),
        lines: withRunningBalance(page, opening.plus(moved)).map(
          ({ entry_id: _, debit, credit, balance, ...line }) => ({
            ...line,
            debit: format(new Decimal(debit)),
            credit: format(new Decimal(credit)),
            balance: format(balance),
          }),
        ),
      },
      nextCursor: rows.length > limit && last ? encodeCursor([last.date, last.entry_id]) : null,
    };
  }

  private async findLedger(id: string): Promise<{ id: string; name: string }> {
    const [ledger]: { id: string; name: string }[] = /^\d{1,19}$/.test(id)
      ? await this.dataSource.query('SELECT id, name FROM ledgers WHERE id = ?', [id])
      : [];
    if (!ledger) throw notFound('ledger', id, 'ledger_not_found');
    return ledger;
  }
}

async function query(tx: EntityManager, { ledgerId, from, to, cursor, limit }: StatementRequest, after: Position) {
  const [sums]: { opening: string; debit: string; credit: string }[] = await tx.query(SUMS, [
    from, from, from, ledgerId, to,
  ]); // biome-ignore format: one call
  const [before]: { net: string }[] = cursor
    ? await tx.query(MOVED_UP_TO, [ledgerId, from, after.date, after.date, after.id])
    : [{ net: '0' }];
  const rows: LineRow[] = await tx.query(LINES, [
    ledgerId, from, to, after.date, after.date, after.id, limit + 1,
  ]); // biome-ignore format: one call
  return { sums: sums!, moved: before!.net, rows };
}
