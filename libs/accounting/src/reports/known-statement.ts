import { Decimal, encodeCursor, notFound } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { formatter } from './amounts.js';
import { KNOWN, knownAtParameters } from './known-entries.js';
import type { LineRow } from './ledger-statement.js';
import { readPosition } from './position.js';
import { withRunningBalance } from './running-balance.js';

const SUMS = `SELECT l.name AS ledger,
    COALESCE(SUM(CASE WHEN e.date < ? OR e.is_opening = 1 THEN e.debit - e.credit ELSE 0 END), 0) AS opening,
    COALESCE(SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.debit ELSE 0 END), 0) AS debit,
    COALESCE(SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.credit ELSE 0 END), 0) AS credit
  FROM ledgers l LEFT JOIN (entries e JOIN vouchers v ON v.id = e.voucher_id) ON e.ledger_id = l.id AND ${KNOWN} AND e.date <= ?
  WHERE l.id = ? GROUP BY l.id`;

const MOVED_UP_TO = `SELECT COALESCE(SUM(e.debit - e.credit), 0) AS net
  FROM entries e JOIN vouchers v ON v.id = e.voucher_id
  WHERE e.ledger_id = ? AND ${KNOWN} AND e.is_opening = 0 AND e.date >= ?
    AND (e.date < ? OR (e.date = ? AND e.id <= CAST(? AS UNSIGNED)))`;

const LINES = `SELECT e.id AS entry_id, e.date, v.id AS voucher_id, v.number AS voucher_number, t.name AS voucher_type,
    CASE WHEN e.narration = '' THEN v.narration ELSE e.narration END AS narration, e.debit, e.credit
  FROM entries e JOIN vouchers v ON v.id = e.voucher_id JOIN voucher_types t ON t.id = v.voucher_type_id
  WHERE e.ledger_id = ? AND ${KNOWN} AND e.is_opening = 0 AND e.date >= ? AND e.date <= ?
    AND (e.date > ? OR (e.date = ? AND e.id > CAST(? AS UNSIGNED)))
  ORDER BY e.date, e.id LIMIT ?`;

export interface KnownStatementRequest {
  ledgerId: string;
  from: string;
  to: string;
  knownAt: Date;
  cursor?: string;
  /** lines on a page */
  limit: number;
}

/** A ledger's statement as the books knew it at a past moment, from the entries of that ledger. */
@Injectable()
export class KnownStatement {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
  ) {}

  /** @throws DomainError 404 `ledger_not_found`, 400 for a cursor that no statement gave out */
  async read(request: KnownStatementRequest) {
    const { ledgerId, from, to, limit } = request;
    if (!/^\d{1,19}$/.test(ledgerId)) throw notFound('ledger', ledgerId, 'ledger_not_found');
    const format = formatter((await this.settings.get()).currencyDigits);
    const { sums, moved, rows } = await this.reader.read((source) =>
      source.transaction('REPEATABLE READ', (tx) => query(tx, request)),
    );
    const opening = new Decimal(sums.opening);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      statement: {
        ledger_id: ledgerId,
        ledger: sums.ledger,
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
}

async function query(tx: EntityManager, { ledgerId, from, to, knownAt, cursor, limit }: KnownStatementRequest) {
  const after = readPosition(cursor);
  const known = knownAtParameters(knownAt);
  const [sums]: { ledger: string; opening: string; debit: string; credit: string }[] = await tx.query(SUMS, [
    from, from, from, ...known, to, ledgerId,
  ]); // biome-ignore format: one call
  if (!sums) throw notFound('ledger', ledgerId, 'ledger_not_found');
  const [before]: { net: string }[] = cursor
    ? await tx.query(MOVED_UP_TO, [ledgerId, ...known, from, after.date, after.date, after.id])
    : [{ net: '0' }];
  const rows: LineRow[] = await tx.query(LINES, [
    ledgerId, ...known, from, to, after.date, after.date, after.id, limit + 1,
  ]); // biome-ignore format: one call
  return { sums, moved: before!.net, rows };
}
