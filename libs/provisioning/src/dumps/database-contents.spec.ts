import type { DatabaseContents } from '@finvera/master-data';
import { differencesBesideWriting } from './database-contents.js';

const contents = (
  tables: Record<string, [rows: number, checksum: string, definition?: string]>,
  code = 'c',
): DatabaseContents => ({
  engine: 'e',
  code,
  tables: Object.entries(tables).map(([name, [rows, checksum, definition = 'd']]) => ({
    name,
    rows,
    checksum,
    definition,
  })),
});

describe('a copy of a company that was at work meanwhile', () => {
  const before = contents({ ledgers: [3, 'l1'], vouchers: [10, 'v1'] });

  it('is good when only tables that were written have gone on', () => {
    const now = contents({ ledgers: [3, 'l1'], vouchers: [14, 'v3'] });
    expect(differencesBesideWriting(before, contents({ ledgers: [3, 'l1'], vouchers: [12, 'v2'] }), now)).toEqual([]);
    expect(differencesBesideWriting(before, before, now)).toEqual([]);
  });

  it.each([
    [
      'rows that nobody wrote',
      contents({ ledgers: [2, 'l0'], vouchers: [12, 'v2'] }),
      'table ledgers has 2 rows instead of 3',
    ],
    ['a missing table', contents({ ledgers: [3, 'l1'] }), 'table vouchers is missing'],
    ['a table too many', contents({ ledgers: [3, 'l1'], vouchers: [12, 'v2'], x: [0, ''] }), 'table x is one too many'],
    [
      'another definition of a written table',
      contents({ ledgers: [3, 'l1'], vouchers: [12, 'v2', 'other'] }),
      'table vouchers is defined otherwise',
    ],
    [
      'other triggers',
      contents({ ledgers: [3, 'l1'], vouchers: [12, 'v2'] }, 'other'),
      'triggers, views, routines or events differ',
    ],
  ])('is refused for %s', (_, snapshot, fault) => {
    const now = contents({ ledgers: [3, 'l1'], vouchers: [14, 'v3'] });
    expect(differencesBesideWriting(before, snapshot, now)).toEqual([fault]);
  });
});
