import { encodeCursor } from '@finvera/common';
import { readPlace, readPosition } from './position.js';

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

describe('place of a page that can be turned both ways', () => {
  it('is the end that was asked for without a cursor', () => {
    expect(readPlace(undefined)).toMatchObject({ date: '1000-01-01', side: 'after', isAnEnd: true });
    expect(readPlace(undefined, 'end')).toMatchObject({ date: '9999-12-31', side: 'before', isAnEnd: true });
  });

  it('comes back from its cursor, whatever end was asked for', () =>
    expect(readPlace(encodeCursor(['before', '2026-11-24', '42']), 'end')).toEqual({
      side: 'before',
      date: '2026-11-24',
      id: '42',
      isAnEnd: false,
    }));

  it.each([
    ['of another list', encodeCursor(['2026-11-24', '42'])],
    ['without a side', encodeCursor(['beside', '2026-11-24', '42'])],
    ['without a day', encodeCursor(['after', '2026-11-31', '42'])],
  ])('is refused when %s', (_, cursor) => expect(() => readPlace(cursor)).toThrow('cursor is not one'));
});
