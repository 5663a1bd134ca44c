import { Decimal, encodeCursor, notFound } from '@finvera/common';
import { InjectTenantDataSource, InjectTenantReader, TenantDataSource, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { readTotalsOf } from '../totals/read-totals.js';
import { formatter } from './amounts.js';
import { type Place, readPlace } from './position.js';
import { withRunningBalance } from './running-balance.js';

/** A line as the database answers it. */
export interface LineRow {
  entry_id: string;
  date: string;
  voucher_id: string;
  voucher_number: string | null;
  voucher_type: string;
  narration: string;
  debit: string;
  credit: string;
}

/** Each begins at its place in the index and reads what is on the page. */
const LINES = (
  after: string,
  order: string,
) => `SELECT STRAIGHT_JOIN e.id AS entry_id, e.date, v.id AS voucher_id, v.number AS voucher_number, t.name AS voucher_type,
    CASE WHEN e.narration = '' THEN v.narration ELSE e.narration END AS narration, e.debit, e.credit
  FROM entries e FORCE INDEX (entries_ledger) JOIN vouchers v ON v.id = e.voucher_id JOIN voucher_types t ON t.id = v.voucher_type_id
  WHERE e.ledger_id = ? AND e.in_books = 1 AND e.is_opening = 0 AND e.date >= ? AND e.date <= ? AND ${after}
  ORDER BY e.date ${order}, e.id ${order} LIMIT ?`;
const FORWARDS = LINES('(e.date > ? OR (e.date = ? AND e.id > CAST(? AS UNSIGNED)))', 'ASC');
const BACKWARDS = LINES('(e.date < ? OR (e.date = ? AND e.id < CAST(? AS UNSIGNED)))', 'DESC');

const EARLIER_THAT_DAY = `SELECT COALESCE(SUM(e.debit - e.credit), 0) AS net FROM entries e FORCE INDEX (entries_ledger)
  WHERE e.ledger_id = ? AND e.in_books = 1 AND e.is_opening = 0 AND e.date = ? AND e.id < CAST(? AS UNSIGNED)`;

export interface StatementRequest {
  ledgerId: string;
  from: string;
  to: string;
  cursor?: string;
  /** without a cursor: the page to begin with; default: start */
  position?: 'start' | 'end';
  /** lines on a page */
  limit: number;
}

/**
 * A ledger's lines with running balance, page by page in order of date and entry. Balances are signed, debit positive.
 * A page costs what is on it and a few sums, wherever it stands; sums and lines are read from one snapshot.
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
    const place = readPlace(request.cursor, request.position);
    const ledger = await this.findLedger(request.ledgerId);
    const settings = await this.settings.get();
    const format = formatter(settings.currencyDigits);
    const { sums, page, start } = await this.reader.read((source) =>
      source.transaction('REPEATABLE READ', (tx) => query(tx, request, place, settings)),
    );
    const opening = new Decimal(sums.before_net);
    return {
      statement: {
        ledger_id: ledger.id,
        ledger: ledger.name,
        from: request.from,
        to: request.to,
        opening: format(opening),
        closing: format(opening.plus(sums.debit).minus(sums.credit)),
        total_debit: format(new Decimal(sums.debit)),
        total_credit: format(new Decimal(sums.credit)),
        lines: withRunningBalance(page.lines, start ?? opening).map(
          ({ entry_id: _, debit, credit, balance, ...line }) => ({
            ...line,
            debit: format(new Decimal(debit)),
            credit: format(new Decimal(credit)),
            balance: format(balance),
          }),
        ),
      },
      nextCursor: page.hasLater ? cursorAt('after', page.lines.at(-1)) : null,
      previousCursor: page.hasEarlier ? cursorAt('before', page.lines[0]) : null,
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

async function query(
  tx: EntityManager,
  { ledgerId, from, to, limit }: StatementRequest,
  place: Place,
  { booksBegin }: CompanySettings,
) {
  const sums = await readTotalsOf(tx, ledgerId, { booksBegin, yearStart: from, from, to });
  const { side, date, id } = place;
  const rows: LineRow[] = await tx.query(side === 'after' ? FORWARDS : BACKWARDS, [
    ledgerId, from, to, date, date, id, limit + 1,
  ]); // biome-ignore format: one call
  const page = pageOf(rows, limit, place);
  const [first] = page.lines;
  const start = first && page.hasEarlier ? await balanceBefore(tx, ledgerId, first, booksBegin) : null;
  return { sums, page, start };
}

/** The balance of the ledger before one of its lines. */
async function balanceBefore(
  tx: EntityManager,
  ledgerId: string,
  { date, entry_id }: LineRow,
  booksBegin: string,
): Promise<Decimal> {
  const day = { booksBegin, yearStart: date, from: date, to: date };
  const { before_net } = await readTotalsOf(tx, ledgerId, day);
  const [earlier]: { net: string }[] = await tx.query(EARLIER_THAT_DAY, [ledgerId, date, entry_id]);
  return new Decimal(before_net).plus(earlier!.net);
}

/** Lines of a page in their order, and whether there are others on its sides. */
function pageOf(rows: readonly LineRow[], limit: number, { side, isAnEnd }: Place) {
  const hasMore = rows.length > limit;
  const lines = rows.slice(0, limit);
  return side === 'after'
    ? { lines, hasEarlier: !isAnEnd, hasLater: hasMore }
    : { lines: lines.toReversed(), hasEarlier: hasMore, hasLater: !isAnEnd };
}

const cursorAt = (side: Place['side'], line: LineRow | undefined) =>
  line ? encodeCursor([side, line.date, line.entry_id]) : null;
