import { Decimal } from '@finvera/common';
import fc from 'fast-check';
import { carry, divideForeign, type ForeignMovement } from './foreign-positions.js';

const movement = (
  foreign: string,
  base: string,
  purpose: ForeignMovement['purpose'] = 'movement',
): ForeignMovement => ({
  foreign: new Decimal(foreign),
  base: new Decimal(base),
  purpose,
});
const carried = (...movements: ForeignMovement[]) => {
  const { foreign, base, carrying } = carry(movements, 2);
  return [foreign.toFixed(2), base.toFixed(2), carrying.toFixed(2)];
};

describe('A foreign balance', () => {
  it('carries what came in at its own rate, and gives up a share of it', () => {
    const invoice = movement('100', '8300');
    expect(carried(invoice, movement('50', '4250'))).toEqual(['150.00', '12550.00', '12550.00']);
    expect(carried(invoice, movement('-100', '-8400'))).toEqual(['0.00', '-100.00', '0.00']);
    expect(carried(invoice, movement('-40', '-3360'))).toEqual(['60.00', '4940.00', '4980.00']);
    expect(carried(invoice, movement('-150', '-12600'))).toEqual(['-50.00', '-4300.00', '-4200.00']);
  });

  it('is worth what the last revaluation says; a settled difference changes only what the books say', () => {
    const start = [movement('100', '8300'), movement('0', '100', 'revaluation')];
    expect(carried(...start)).toEqual(['100.00', '8400.00', '8400.00']);
    expect(carried(...start, movement('-100', '-8450'))).toEqual(['0.00', '-50.00', '0.00']);
    expect(carried(movement('100', '8300'), movement('-100', '-8400'), movement('0', '100', 'settlement'))).toEqual([
      '0.00',
      '0.00',
      '0.00',
    ]);
  });

  it('that is settled wholly carries nothing, whatever the rates were', () => {
    const moves = fc.array(fc.tuple(fc.integer({ min: -9_999, max: 9_999 }), fc.integer({ min: 1, max: 9_999 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(moves, (all) => {
        const movements = all
          .filter(([amount]) => amount !== 0)
          .map(([amount, rate]) => movement(String(amount), new Decimal(amount).times(rate).div(100).toFixed(2)));
        const left = movements.reduce((sum, { foreign }) => sum.plus(foreign), new Decimal(0));
        const settling = left.isZero() ? [] : [movement(left.negated().toFixed(), left.negated().times(83).toFixed(2))];
        expect(carry([...movements, ...settling], 2).carrying.toFixed(2)).toBe('0.00');
      }),
    );
  });

  it('is divided over references without losing a cent', () => {
    const shares = (...parts: string[]) =>
      divideForeign(
        new Decimal('100'),
        parts.map((part) => new Decimal(part)),
        'USD',
      ).map((share) => share.toFixed(2));
    expect(shares('1', '1', '1')).toEqual(['33.33', '33.33', '33.34']);
    expect(shares('8300')).toEqual(['100.00']);
  });
});
