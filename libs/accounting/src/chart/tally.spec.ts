import { searchWords } from './read-ledgers.js';
import { TALLY_CHART } from './templates/tally.js';

describe('the Tally chart', () => {
  const { groups, ledgers } = TALLY_CHART;
  const byCode = new Map(groups.map((group) => [group.code, group]));

  it('has 28 groups, 15 of them primary, and two ledgers', () => {
    expect(byCode.size).toBe(28);
    expect(new Set(groups.map(({ name }) => name)).size).toBe(28);
    expect(groups.filter(({ parent }) => parent === undefined)).toHaveLength(15);
    expect(ledgers.map(({ name }) => name)).toEqual(['Cash', 'Profit & Loss A/c']);
  });

  it('gives a nature to each primary group and a primary parent to the others', () => {
    for (const { parent, nature } of groups) {
      expect(parent === undefined).toBe(nature !== undefined);
      if (parent !== undefined) expect(byCode.get(parent)?.nature).toBeDefined();
    }
    for (const { group } of ledgers) expect(byCode.has(group)).toBe(true);
  });

  it('counts sales, purchases and everything direct above gross profit', () => {
    expect(groups.filter(({ affectsGrossProfit }) => affectsGrossProfit).map(({ code }) => code)).toEqual([
      'direct_expenses',
      'direct_incomes',
      'purchase_accounts',
      'sales_accounts',
    ]);
  });
});

describe('a search for ledgers', () => {
  it.each([
    ['  sharma  TRADERS ', ['sharma', 'TRADERS']],
    ['M/s. Sharma & Co', ['M', 's', 'Sharma', 'Co']],
    ['C-001', ['C', '001']],
    ['शर्मा', ['शर्मा']],
    ['%', ['%']],
    ['   ', []],
  ])('%j looks for %j', (search, words) => expect(searchWords(search)).toEqual(words));
});
