import { Decimal } from '@finvera/common';
import { isBeyond, type Threshold } from './threshold.js';

describe('a threshold', () => {
  const beyond = (rule: Threshold, balances: number[]) =>
    balances.filter((balance) => isBeyond(rule, new Decimal(balance)));

  it('is crossed by what lies beyond it, not by what equals it', () => {
    expect(beyond({ side: 'debit', direction: 'below', threshold: '10.00' }, [9.99, 10, 10.01, -5])).toEqual([
      9.99, -5,
    ]);
    expect(beyond({ side: 'debit', direction: 'above', threshold: '10.00' }, [9.99, 10, 10.01, -50])).toEqual([10.01]);
  });

  it('counts what is owed on the credit side', () => {
    expect(beyond({ side: 'credit', direction: 'above', threshold: '10' }, [-9, -10, -11, 50])).toEqual([-11]);
    expect(beyond({ side: 'credit', direction: 'below', threshold: '0' }, [-1, 0, 1])).toEqual([1]);
  });
});
