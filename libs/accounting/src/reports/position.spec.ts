import { encodeCursor } from '@finvera/common';
import { readPosition } from './position.js';

describe('position of a page', () => {
  it('begins before everything', () => expect(readPosition(undefined)).toEqual({ date: '1000-01-01', id: '0' }));

  it('comes back from its cursor', () =>
    expect(readPosition(encodeCursor(['2026-11-24', '383483921874944']))).toEqual({
      date: '2026-11-24',
      id: '383483921874944',
    }));

  it.each([
    ['not a cursor', 'rubbish'],
    ['empty', ''],
    ['not a date', encodeCursor(['2026-02-30', '1'])],
    ['not an id', encodeCursor(['2026-02-28', '1 OR 1'])],
    ['of another list', encodeCursor(['2026-02-28'])],
  ])('is refused when %s', (_, cursor) => expect(() => readPosition(cursor)).toThrow('cursor is not one'));
});
