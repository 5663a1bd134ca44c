import { decodeCursor, isCalendarDate, malformed } from '@finvera/common';

/** Where a page of a list in order of date and id ended. */
export interface Position {
  date: string;
  id: string;
}

/** Before everything: no voucher is dated so early. */
export const BEGINNING: Position = { date: '1000-01-01', id: '0' };
/** After everything: no id is so large. */
export const END: Position = { date: '9999-12-31', id: '18446744073709551615' };

/**
 * The position that a cursor holds; without one, the beginning.
 * @throws DomainError 400 for a cursor that no list gave out
 */
export function readPosition(cursor: string | undefined): Position {
  if (cursor === undefined) return BEGINNING;
  const [date, id] = decodeCursor(cursor, 2);
  return checked(date, id);
}

/** Where a page that can be turned both ways begins, and to which side of it the page lies. */
export interface Place extends Position {
  side: 'after' | 'before';
  /** nothing lies on its other side */
  isAnEnd: boolean;
}

/**
 * The place that a cursor holds; without one, the end of the list that was asked for.
 * @throws DomainError 400 for a cursor that no list gave out
 */
export function readPlace(cursor: string | undefined, from: 'start' | 'end' = 'start'): Place {
  if (cursor === undefined)
    return from === 'end' ? { ...END, side: 'before', isAnEnd: true } : { ...BEGINNING, side: 'after', isAnEnd: true };
  const [side, date, id] = decodeCursor(cursor, 3);
  if (side !== 'after' && side !== 'before') throw refused();
  return { ...checked(date, id), side, isAnEnd: false };
}

function checked(date: unknown, id: unknown): Position {
  if (!isCalendarDate(date) || !/^\d{1,19}$/.test(String(id))) throw refused();
  return { date, id: String(id) };
}

const refused = () =>
  malformed('cursor is not one that this list gave out; leave it away to begin at the first page', [
    { field: 'cursor', message: 'not a cursor of this list' },
  ]);
