import { currencyDigits, Decimal, type FieldError, fractionDigits, malformed, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { ForeignDto } from './foreign.dto.js';

/** Fraction digits that a rate computed from two amounts keeps. */
const RATE_DIGITS = 10;

interface Entry {
  debit?: string | null;
  credit?: string | null;
  foreign?: ForeignDto | null;
}

interface Body {
  date: string;
  entries: readonly Entry[];
}

interface Base {
  currency: string;
  digits: number;
}

/**
 * Fills in what a body leaves away: the base amount of an entry in a foreign currency from amount and rate, its rate
 * from the amounts or from the table of rates. A base amount is rounded half up to the digits of the currency. Asks the
 * database only when a rate has to be looked up.
 * @throws DomainError 400; 422 `foreign_amount_mismatch`, `exchange_rate_not_found`
 */
export async function completeForeign<B extends Body>(
  tx: EntityManager,
  bodies: readonly B[],
  { base, bulk }: { base: Base; bulk: boolean },
): Promise<B[]> {
  if (!bodies.some(({ entries }) => entries.some(({ foreign }) => foreign))) return [...bodies];
  const rates = await ratesFor(tx, bodies);
  return bodies.map((body, index) => ({
    ...body,
    entries: body.entries.map((entry, line) =>
      entry.foreign
        ? complete(entry, { foreign: entry.foreign, base, path: `${bulk ? `vouchers.${index}.` : ''}entries.${line}`, date: body.date, rates })
        : entry,
    ), // biome-ignore format: one call
  }));
}

interface Context {
  foreign: ForeignDto;
  base: Base;
  path: string;
  date: string;
  rates: Rates;
}

function complete<E extends Entry>(entry: E, context: Context): E {
  const { foreign, base, path, date, rates } = context;
  const bad = (field: string, message: string) =>
    malformed(`${path}.foreign.${field} ${message}`, [{ field: `${path}.foreign.${field}`, message }]);
  if (foreign.currency === base.currency) throw bad('currency', `${base.currency} is the base currency`);
  const hasBase = isSent(entry.debit) || isSent(entry.credit);
  if (foreign.adjusts) {
    if (isSent(foreign.debit) || isSent(foreign.credit) || isSent(foreign.rate))
      throw bad('adjusts', 'stands instead of an amount');
    return { ...entry, foreign: { currency: foreign.currency, adjusts: foreign.adjusts } };
  }
  if (isSent(foreign.debit) === isSent(foreign.credit))
    throw bad('debit', 'or credit: a foreign amount has exactly one of them');
  const side = isSent(foreign.debit) ? 'debit' : 'credit';
  const other = side === 'debit' ? 'credit' : 'debit';
  if (isSent(entry[other])) throw bad(side, 'stands on the other side than the entry');
  const text = foreign[side]!;
  if (fractionDigits(text) > currencyDigits(foreign.currency))
    throw bad(side, `${text} has more than ${currencyDigits(foreign.currency)} digits after the point`);
  const amount = new Decimal(text);
  if (amount.isZero()) throw bad(side, 'must be greater than zero');
  const given = isSent(foreign.rate) ? new Decimal(foreign.rate) : null;
  if (!hasBase) {
    const rate = given ?? rates.of(foreign.currency, date);
    if (!rate)
      throw refuse('exchange_rate_not_found', `There is no rate of ${foreign.currency} on ${date} or before; send one, or the amount in ${base.currency}.`, {
        field: `${path}.foreign.rate`,
        message: 'is not in the table of rates',
      }); // biome-ignore format: one refusal
    const value = inBase(amount, rate, base);
    if (value.isZero()) throw bad(side, `is nothing in ${base.currency}`);
    return { ...entry, [side]: value.toFixed(base.digits), foreign: { ...foreign, rate: rate.toFixed() } };
  }
  const value = new Decimal(entry[side]!);
  const implied = value.div(amount).toDecimalPlaces(RATE_DIGITS);
  // a rate that was computed from the two amounts explains them, however large they are
  if (given && !given.equals(implied) && !inBase(amount, given, base).equals(value))
    throw refuse(
      'foreign_amount_mismatch',
      `${text} ${foreign.currency} at ${given.toFixed()} is ${inBase(amount, given, base).toFixed(base.digits)} ${base.currency}, but the entry is ${value.toFixed(base.digits)}.`,
      { field: `${path}.${side}`, message: 'is not the foreign amount at its rate' },
    );
  // an entry of zero is refused with all other amounts
  if (value.isZero()) return entry;
  return {
    ...entry,
    foreign: { ...foreign, rate: (given ?? implied).toFixed() },
  };
}

/** A foreign amount in base currency, rounded half up. */
export const inBase = (amount: Decimal, rate: Decimal, { digits }: Pick<Base, 'digits'>): Decimal =>
  amount.times(rate).toDecimalPlaces(digits, Decimal.ROUND_HALF_UP);

const isSent = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null;

const refuse = (code: string, message: string, detail: FieldError) => ruleBroken(code, message, [detail]);

// the collation is said: that of a JSON text is the connection's
const SELECT_RATES = `SELECT n.currency, DATE_FORMAT(n.date, '%Y-%m-%d') AS date,
    (SELECT r.rate FROM exchange_rates r WHERE r.currency = CONVERT(n.currency USING utf8mb4) COLLATE utf8mb4_unicode_520_ci
       AND r.date <= n.date ORDER BY r.date DESC LIMIT 1) AS rate
  FROM JSON_TABLE(?, '$[*]' COLUMNS (currency VARCHAR(3) PATH '$.currency', date DATE PATH '$.date')) n`;

/** Rates as of dates. */
export class Rates {
  private readonly rates: ReadonlyMap<string, Decimal>;

  private constructor(rows: readonly { currency: string; date: string; rate: string | null }[]) {
    this.rates = new Map(
      rows.flatMap(({ currency, date, rate }) =>
        rate === null ? [] : [[`${currency} ${date}`, new Decimal(rate)] as const],
      ),
    );
  }

  /** Reads the latest rate up to each date; nothing is asked when nothing is wanted. */
  static async read(
    tx: Pick<EntityManager, 'query'>,
    wanted: readonly { currency: string; date: string }[],
  ): Promise<Rates> {
    if (wanted.length === 0) return new Rates([]);
    const distinct = new Map(wanted.map((one) => [`${one.currency} ${one.date}`, one]));
    return new Rates(await tx.query(SELECT_RATES, [JSON.stringify([...distinct.values()])]));
  }

  of(currency: string, date: string): Decimal | undefined {
    return this.rates.get(`${currency} ${date}`);
  }
}

const ratesFor = (tx: EntityManager, bodies: readonly Body[]): Promise<Rates> =>
  Rates.read(
    tx,
    bodies.flatMap(({ date, entries }) =>
      entries.flatMap(({ debit, credit, foreign }) =>
        foreign && !isSent(foreign.rate) && !foreign.adjusts && !isSent(debit) && !isSent(credit)
          ? [{ currency: foreign.currency, date }]
          : [],
      ),
    ),
  );
