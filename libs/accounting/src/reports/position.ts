import { decodeCursor, isCalendarDate, malformed } from '@finvera/common';

/** Where a page of a list in order of date and id ended. */
export interface Position {
  date: string;
  id: string;
}

/** Before everything: no voucher is dated so early. */
const BEGINNING: Position = { date: '1000-01-01', id: '0' };

/**
 * The position that a cursor holds; without one, the beginning.
 * @throws DomainError 400 for a cursor that no list gave out
 */
export function readPosition(cursor: string | undefined): Position {
  if (cursor === undefined) return BEGINNING;
  const [date, id] = decodeCursor(cursor, 2);
  if (!isCalendarDate(date) || !/^\d{1,19}$/.test(String(id)))
    throw malformed('cursor is not one that this list gave out; leave it away to begin at the first page', [
      { field: 'cursor', message: 'not a cursor of this list' },
    ]);
  return { date, id: String(id) };
}
