import { Decimal, ruleBroken } from '@finvera/common';
import type { SqlSession } from '../schema/sql-session.js';
import { Rates } from './complete-foreign.js';

/**
 * The rate of each currency on a day: as it is given, else the latest of the table.
 * @throws DomainError 422 `exchange_rate_not_found`
 */
export async function ratesAt(
  session: SqlSession,
  positions: readonly { currency: string }[],
  { date, given = {} }: { date: string; given?: Record<string, string> },
): Promise<Map<string, Decimal>> {
  const currencies = [...new Set(positions.map(({ currency }) => currency))];
  const table = await Rates.read(
    session,
    currencies.filter((currency) => given[currency] === undefined).map((currency) => ({ currency, date })),
  );
  return new Map(
    currencies.map((currency) => {
      const rate = given[currency] === undefined ? table.of(currency, date) : new Decimal(given[currency]);
      if (!rate)
        throw ruleBroken(
          'exchange_rate_not_found',
          `There is no rate of ${currency} on ${date} or before; send one in rates, or store it.`,
          [{ field: 'rates', message: `has no ${currency}` }],
        );
      return [currency, rate];
    }),
  );
}
