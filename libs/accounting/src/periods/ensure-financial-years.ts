import { newId, todayIn } from '@finvera/common';
import type { SqlSession } from '../schema/sql-session.js';
import { financialYearsBetween } from './financial-year.js';

/** Makes the rows of all financial years from the beginning of the books to today; those that exist stay. */
export async function ensureFinancialYears(
  tx: SqlSession,
  settings: { booksBegin: string; financialYearStart: string; timeZone: string },
): Promise<void> {
  const years = financialYearsBetween(settings.booksBegin, todayIn(settings.timeZone), settings.financialYearStart);
  await tx.query(
    `INSERT INTO financial_years (id, name, start_date, end_date) VALUES ?
       ON DUPLICATE KEY UPDATE start_date = start_date`,
    [years.map(({ name, start, end }) => [newId(), name, start, end])],
  );
}
