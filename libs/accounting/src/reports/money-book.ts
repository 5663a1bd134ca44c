import { Decimal, encodeCursor, groupBy, notFound, ruleBroken, ZERO } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { formatter, sum } from './amounts.js';
import { statementLink, voucherLink } from './frame/links.js';
import { ReadGroupTree } from './group-tree.js';
import { type LedgerMovement, LedgerMovements } from './ledger-movements.js';
import type { LineRow } from './ledger-statement.js';
import { type Position, readPosition } from './position.js';
import { withRunningBalance } from './running-balance.js';

/** A book of more ledgers than this is asked for ledger by ledger. */
const LEDGERS_MAX = 100;
/** Ledgers on the other side that are named before "…". */
const PARTICULARS_MAX = 3;

/** One ledger's lines, from its place in the index. */
const LINES = `SELECT STRAIGHT_JOIN e.id AS entry_id, e.ledger_id, e.date, v.id AS voucher_id, v.number AS voucher_number, t.name AS voucher_type,
    CASE WHEN e.narration = '' THEN v.narration ELSE e.narration END AS narration, e.debit, e.credit
  FROM entries e FORCE INDEX (entries_ledger) JOIN vouchers v ON v.id = e.voucher_id JOIN voucher_types t ON t.id = v.voucher_type_id
  WHERE e.ledger_id = ? AND e.in_books = 1 AND e.is_opening = 0 AND e.date >= ? AND e.date <= ?
    AND (e.date > ? OR (e.date = ? AND e.id > CAST(? AS UNSIGNED)))
  ORDER BY e.date, e.id LIMIT ?`;

const EARLIER_THAT_DAY = `SELECT COALESCE(SUM(e.debit - e.credit), 0) AS net FROM entries e FORCE INDEX (entries_ledger)
  WHERE e.ledger_id IN (?) AND e.in_books = 1 AND e.is_opening = 0 AND e.date = ? AND e.id <= CAST(? AS UNSIGNED)`;

const OTHER_SIDES = `SELECT e.voucher_id, e.id, l.name, e.debit > 0 AS is_debit FROM entries e JOIN ledgers l ON l.id = e.ledger_id
  WHERE e.voucher_id IN (?) AND e.in_books = 1 ORDER BY e.voucher_id, e.line_no`;

const COUNT_LINES = `SELECT COUNT(*) AS count FROM (SELECT 1 FROM entries e FORCE INDEX (entries_ledger)
  WHERE e.ledger_id IN (?) AND e.in_books = 1 AND e.is_opening = 0 AND e.date BETWEEN ? AND ? LIMIT ?) some`;

interface BookRow extends LineRow {
  ledger_id: string;
}

export interface MoneyBookRequest {
  /** the seeded groups whose ledgers it has */
  groups: readonly string[];
  from: string;
  to: string;
  /** one of them alone */
  ledgerId?: string;
  cursor?: string;
  /** lines on a page */
  limit: number;
}

/** The ledgers of some groups as one book: receipts (debit), payments (credit), and the balance of all of them together. */
@Injectable()
export class MoneyBook {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly movements: LedgerMovements,
    private readonly groupTree: ReadGroupTree,
  ) {}

  /** @throws DomainError 404 `ledger_not_found`; 422 `too_many_ledgers`; 400 for a cursor that no book gave out */
  async read(request: MoneyBookRequest) {
    const { from, to, cursor, limit } = request;
    const period = { from, to };
    const after = readPosition(cursor);
    const { ledgers, digits } = await this.ledgersOf(request);
    const format = formatter(digits);
    const ids = ledgers.map(({ ledgerId }) => ledgerId);
    const rows = await this.linesAfter(after, ids, { from, to, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const opening = sum(ledgers.map(({ before }) => before));
    const start = cursor ? await this.balanceAfter(after, ids) : opening;
    const particulars = await this.otherSides(page);
    const nameOf = new Map(ledgers.map(({ ledgerId, ledger }) => [ledgerId, ledger]));
    const [receipts, payments] = (['debit', 'credit'] as const).map((side) => sum(ledgers.map((one) => one[side])));
    const last = page.at(-1);
    return {
      book: {
        ...period,
        opening: format(opening),
        closing: format(opening.plus(receipts!).minus(payments!)),
        total_debit: format(receipts!),
        total_credit: format(payments!),
        ledgers: ledgers.map(({ ledgerId, ledger, before, debit, credit }) => ({
          ledger_id: ledgerId,
          ledger,
          opening: format(before),
          debit: format(debit),
          credit: format(credit),
          closing: format(before.plus(debit).minus(credit)),
          links: statementLink(ledgerId, period),
        })),
        lines: withRunningBalance(page, start).map(({ entry_id, ledger_id, debit, credit, balance, ...line }) => ({
          ...line,
          ledger_id,
          ledger: nameOf.get(ledger_id)!,
          particulars: particulars.get(entry_id) ?? '',
          debit: format(new Decimal(debit)),
          credit: format(new Decimal(credit)),
          balance: format(balance),
          links: voucherLink(line.voucher_id),
        })),
      },
      nextCursor: rows.length > limit && last ? encodeCursor([last.date, last.entry_id]) : null,
    };
  }

  /** How many lines a period has, counting no further than `max`. */
  async countLines(request: Omit<MoneyBookRequest, 'limit'>, max: number): Promise<number> {
    const { ledgers } = await this.ledgersOf(request);
    if (ledgers.length === 0) return 0;
    const ids = ledgers.map(({ ledgerId }) => ledgerId);
    const [row] = await this.reader.read((source) => source.query(COUNT_LINES, [ids, request.from, request.to, max]));
    return Number(row.count);
  }

  private async ledgersOf({ groups, from, to, ledgerId }: Omit<MoneyBookRequest, 'limit'>) {
    const tree = await this.groupTree.read();
    const { movements, settings } = await this.movements.between(from, to);
    const ledgers = movements.filter(
      (one) => groups.some((group) => tree.isWithin(one.groupId, group)) && (ledgerId ?? one.ledgerId) === one.ledgerId,
    );
    if (ledgerId !== undefined && ledgers.length === 0)
      throw notFound('ledger of this book', ledgerId, 'ledger_not_found');
    if (ledgers.length > LEDGERS_MAX)
      throw ruleBroken(
        'too_many_ledgers',
        `The book has ${ledgers.length} ledgers; ask for one of them with ledger_id.`,
        [{ field: 'ledger_id', message: `is needed with more than ${LEDGERS_MAX} ledgers` }],
      );
    return { ledgers: ledgers.filter(isInUse), digits: settings.currencyDigits };
  }

  /** Each ledger's next lines in the order of the index; together the next lines of the book are among them. */
  private async linesAfter(
    { date, id }: Position,
    ledgerIds: readonly string[],
    { from, to, limit }: { from: string; to: string; limit: number },
  ): Promise<BookRow[]> {
    const lines = await this.reader.read(async (source) => {
      const found: BookRow[] = [];
      for (const ledgerId of ledgerIds)
        found.push(...(await source.query<BookRow[]>(LINES, [ledgerId, from, to, date, date, id, limit])));
      return found;
    });
    return lines.sort(inOrder).slice(0, limit);
  }

  private async balanceAfter({ date, id }: Position, ids: readonly string[]): Promise<Decimal> {
    if (ids.length === 0) return ZERO;
    const { movements } = await this.movements.between(date, date);
    const before = movements.filter(({ ledgerId }) => ids.includes(ledgerId)).map((one) => one.before);
    const [row] = await this.reader.read((source) => source.query(EARLIER_THAT_DAY, [ids, date, id]));
    return sum(before).plus(row.net);
  }

  /** What stands on the other side of each line: entry → names. */
  private async otherSides(lines: readonly BookRow[]): Promise<Map<string, string>> {
    if (lines.length === 0) return new Map();
    const rows: { voucher_id: string; id: string; name: string; is_debit: number | string }[] = await this.reader.read(
      (source) => source.query(OTHER_SIDES, [[...new Set(lines.map(({ voucher_id }) => voucher_id))]]),
    );
    const ofVoucher = groupBy(rows, ({ voucher_id }) => voucher_id);
    return new Map(
      lines.map(({ entry_id, voucher_id, debit }) => {
        const isDebit = Number(new Decimal(debit).gt(0));
        const names = (ofVoucher.get(voucher_id) ?? [])
          .filter((row) => Number(row.is_debit) !== isDebit)
          .map(({ name }) => name);
        const shown = names.slice(0, PARTICULARS_MAX).join(', ');
        return [entry_id, names.length > PARTICULARS_MAX ? `${shown}, …` : shown];
      }),
    );
  }
}

const isInUse = ({ before, debit, credit }: LedgerMovement) => !(before.isZero() && debit.isZero() && credit.isZero());

function inOrder(a: BookRow, b: BookRow): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1;
  return BigInt(a.entry_id) < BigInt(b.entry_id) ? -1 : 1;
}
