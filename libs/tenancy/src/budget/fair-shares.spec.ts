import fc from 'fast-check';
import { type Claimant, fairShares } from './fair-shares.js';

const process = (id: string, demand: number, cap = 100): Claimant => ({ id, demand, cap });
const shares = (budget: number, ...claimants: Claimant[]) => Object.fromEntries(fairShares(claimants, budget));

const claimants = fc
  .uniqueArray(
    fc.record({ id: fc.string({ minLength: 1 }), demand: fc.nat(300), cap: fc.integer({ min: 1, max: 200 }) }),
    {
      selector: ({ id }) => id,
      minLength: 1,
      maxLength: 20,
    },
  )
  .map((all) => all as Claimant[]);

describe('fairShares', () => {
  it('one alone gets the whole budget, up to its own cap', () => {
    expect(shares(30, process('a', 0))).toEqual({ a: 30 });
    expect(shares(300, process('a', 0))).toEqual({ a: 100 });
  });

  it('what nobody asks for is divided equally', () => {
    expect(shares(30, process('a', 0), process('b', 0), process('c', 0))).toEqual({ a: 10, b: 10, c: 10 });
    expect(shares(30, process('a', 20), process('b', 0), process('c', 0))).toEqual({ a: 22, b: 4, c: 4 });
  });

  it('when there is not enough it goes where it is asked for, and each keeps a minimum', () => {
    expect(shares(30, process('a', 90), process('b', 30), process('c', 0))).toEqual({ a: 20, b: 7, c: 2 });
  });

  it('more processes than connections: the first ones have one each', () => {
    expect(shares(2, process('c', 5), process('a', 5), process('b', 5))).toEqual({ a: 1, b: 1, c: 0 });
  });

  it('never gives out more than there is, nor more than somebody may have; the same in every process', () => {
    fc.assert(
      fc.property(claimants, fc.integer({ min: 1, max: 500 }), (all, budget) => {
        const given = fairShares(all, budget);
        expect([...given.values()].reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(budget);
        for (const { id, cap } of all) {
          expect(given.get(id)).toBeLessThanOrEqual(cap);
          if (all.length <= budget) expect(given.get(id)).toBeGreaterThanOrEqual(1);
        }
        expect(fairShares(all.toReversed(), budget)).toEqual(given);
      }),
    );
  });

  it('who asks for more never gets less', () => {
    fc.assert(
      fc.property(claimants, fc.integer({ min: 1, max: 500 }), fc.nat(100), (all, budget, more) => {
        const [first, ...others] = all as [Claimant, ...Claimant[]];
        const before = fairShares(all, budget).get(first.id)!;
        const after = fairShares([{ ...first, demand: first.demand + more }, ...others], budget).get(first.id)!;
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});
