import { addDays, Decimal, groupBy } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { formatter } from '../amounts.js';
import type { Period } from '../frame/compared-periods.js';
import { type Links, pathOf, statementLink } from '../frame/links.js';
import { type GroupTree, ReadGroupTree } from '../group-tree.js';
import { type LedgerMovement, LedgerMovements } from '../ledger-movements.js';
import { NumberSeries } from './number-gaps.js';

export const KINDS = ['negative_cash', 'wrong_side', 'opening_difference', 'number_gap'] as const;
export type Kind = (typeof KINDS)[number];

/** So many of each kind are listed. */
const LISTED_MAX = 200;
/** Numbers of a voucher type that are looked through; more are asked for by shorter periods. */
const NUMBERS_MAX = 200_000;
const NUMBERS_PER_READ = 5_000;

export interface Exception {
  kind: Kind;
  message: string;
  ledger_id: string | null;
  ledger: string | null;
  date: string | null;
  amount: string | null;
  links: Links;
}

const DAYS = `SELECT e.ledger_id, e.date, SUM(e.debit - e.credit) AS net FROM entries e FORCE INDEX (entries_ledger)
  WHERE e.ledger_id IN (?) AND e.in_books = 1 AND e.is_opening = 0 AND e.date BETWEEN ? AND ?
  GROUP BY e.ledger_id, e.date ORDER BY e.ledger_id, e.date`;

const MANUAL_TYPES = "SELECT id, name FROM voucher_types WHERE numbering = 'manual' ORDER BY name, id";

const NUMBERS = `SELECT v.id, v.date, v.number FROM vouchers v FORCE INDEX (vouchers_type_date)
  WHERE v.voucher_type_id = ? AND v.date BETWEEN ? AND ? AND (v.date > ? OR (v.date = ? AND v.id > CAST(? AS UNSIGNED)))
    AND v.status <> 'draft' ORDER BY v.date, v.id LIMIT ?`;

/** Groups whose ledgers stand on either side by their nature. */
const EITHER_SIDE = ['suspense', 'branch_divisions', 'duties_taxes'];

/** Looks for what an accountant asks about before closing a month. */
@Injectable()
export class FindExceptions {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly movements: LedgerMovements,
    private readonly groupTree: ReadGroupTree,
  ) {}

  async find(period: Period): Promise<{ exceptions: Exception[]; truncated: Kind[] }> {
    const tree = await this.groupTree.read();
    const { movements, settings } = await this.movements.between(period.from, period.to);
    const format = formatter(settings.currencyDigits);
    const found: Record<Kind, Exception[]> = {
      negative_cash: await this.negativeCash(
        movements.filter((one) => tree.isWithin(one.groupId, 'cash_in_hand')),
        period,
        format,
      ),
      wrong_side: movements.flatMap((one) => wrongSide(one, tree, { period, format })),
      opening_difference: await this.openingDifference(movements, { booksBegin: settings.booksBegin, format }),
      number_gap: await this.numberGaps(period),
    };
    return {
      exceptions: KINDS.flatMap((kind) => found[kind].slice(0, LISTED_MAX)),
      truncated: KINDS.filter((kind) => found[kind].length > LISTED_MAX),
    };
  }

  /** Stretches of days at whose end a cash ledger stood in credit: more was paid out than was there. */
  private async negativeCash(
    ledgers: readonly LedgerMovement[],
    period: Period,
    format: (amount: Decimal) => string,
  ): Promise<Exception[]> {
    if (ledgers.length === 0) return [];
    const rows: { ledger_id: string; date: string; net: string }[] = await this.reader.read((source) =>
      source.query(DAYS, [ledgers.map(({ ledgerId }) => ledgerId), period.from, period.to]),
    );
    const daysOf = groupBy(rows, ({ ledger_id }) => ledger_id);
    return ledgers.flatMap(({ ledgerId, ledger, before }) =>
      stretchesBelowZero(before, daysOf.get(ledgerId) ?? [], period).map(({ from, to, lowest }) => ({
        kind: 'negative_cash' as const,
        message: `${ledger} was overdrawn from ${from} to ${to}, by ${format(lowest.negated())} at most`,
        ledger_id: ledgerId,
        ledger,
        date: from,
        amount: format(lowest),
        links: statementLink(ledgerId, { from, to }),
      })),
    );
  }

  private async openingDifference(
    movements: readonly LedgerMovement[],
    { booksBegin, format }: { booksBegin: string; format: (amount: Decimal) => string },
  ): Promise<Exception[]> {
    const carrier = movements.find(({ reservedCode }) => reservedCode === 'opening_difference');
    if (!carrier) return [];
    const { movements: first } = await this.movements.between(booksBegin, booksBegin);
    const opening = first.find(({ ledgerId }) => ledgerId === carrier.ledgerId)!.before;
    if (opening.isZero()) return [];
    return [
      {
        kind: 'opening_difference',
        message: `opening balances differ by ${format(opening.abs())}; the difference stands in ${carrier.ledger}`,
        ledger_id: carrier.ledgerId,
        ledger: carrier.ledger,
        date: booksBegin,
        amount: format(opening),
        links: statementLink(carrier.ledgerId, { from: booksBegin, to: booksBegin }),
      },
    ];
  }

  private async numberGaps(period: Period): Promise<Exception[]> {
    const types: { id: string; name: string }[] = await this.reader.read((source) => source.query(MANUAL_TYPES));
    const found: Exception[] = [];
    for (const { id, name } of types) {
      const series = await this.numbersOf(id, period);
      const about = { kind: 'number_gap' as const, ledger_id: null, ledger: null, date: null, amount: null };
      const links = { report: pathOf('reports/register', { type: name, ...period }) };
      if (series.size >= NUMBERS_MAX)
        found.push({
          ...about,
          links,
          message: `${name}: more than ${NUMBERS_MAX} numbers, only the first were looked through; ask for a shorter period`,
        });
      for (const { first, last, count } of series.gaps())
        found.push({
          ...about,
          links,
          message:
            count === 1
              ? `${name}: number ${first} is missing`
              : `${name}: numbers ${first} to ${last} are missing (${count})`,
        });
    }
    return found;
  }

  private async numbersOf(typeId: string, { from, to }: Period): Promise<NumberSeries> {
    const series = new NumberSeries();
    for (let after = { date: from, id: '0' }; series.size < NUMBERS_MAX; ) {
      const { date, id } = after;
      const rows: { id: string; date: string; number: string | null }[] = await this.reader.read((source) =>
        source.query(NUMBERS, [typeId, from, to, date, date, id, NUMBERS_PER_READ]),
      );
      for (const { number } of rows) if (number !== null) series.add(number);
      const last = rows.at(-1);
      if (!last || rows.length < NUMBERS_PER_READ) break;
      after = last;
    }
    return series;
  }
}

/**
 * Stretches of days that end below zero.
 * @param days with what moved on each, in their order
 */
export function stretchesBelowZero(
  opening: Decimal,
  days: readonly { date: string; net: string }[],
  { from, to }: Period,
): { from: string; to: string; lowest: Decimal }[] {
  const stretches: { from: string; to: string; lowest: Decimal }[] = [];
  let balance = opening;
  let open = balance.isNegative() && !balance.isZero() ? { from, lowest: balance } : null;
  for (const { date, net } of days) {
    balance = balance.plus(net);
    const isBelow = balance.lt(0);
    if (open && !isBelow) {
      if (open.from !== date) stretches.push({ ...open, to: addDays(date, -1) });
      open = null;
    } else if (isBelow) open = { from: open?.from ?? date, lowest: Decimal.min(open?.lowest ?? balance, balance) };
  }
  if (open) stretches.push({ ...open, to });
  return stretches;
}

/** Assets and expenses stand in debit, liabilities and income in credit; equity stands on either side (drawings, losses). */
function wrongSide(
  { ledgerId, ledger, groupId, nature, before, beforeThisYear, debit, credit }: LedgerMovement,
  tree: GroupTree,
  { period, format }: { period: Period; format: (amount: Decimal) => string },
): Exception[] {
  if (nature === 'equity' || EITHER_SIDE.some((code) => tree.isWithin(groupId, code))) return [];
  const opening = nature === 'income' || nature === 'expense' ? beforeThisYear : before;
  const closing = opening.plus(debit).minus(credit);
  const isDebit = nature === 'asset' || nature === 'expense';
  if (closing.isZero() || closing.isPositive() === isDebit) return [];
  return [
    {
      kind: 'wrong_side',
      message: `${ledger} (${nature}) stands in ${isDebit ? 'credit' : 'debit'} with ${format(closing.abs())}`,
      ledger_id: ledgerId,
      ledger,
      date: period.to,
      amount: format(closing),
      links: statementLink(ledgerId, period),
    },
  ];
}
