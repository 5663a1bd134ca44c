import { currencyDigits, Decimal, ZERO } from '@finvera/common';

/** One part of an entry in a foreign currency, signed, debit positive. */
export interface ForeignMovement {
  foreign: Decimal;
  /** in base currency */
  base: Decimal;
  purpose: 'movement' | 'settlement' | 'revaluation';
}

export interface Carrying {
  /** foreign balance, debit positive */
  foreign: Decimal;
  /** what the books say in base currency */
  base: Decimal;
  /** what is still open is worth, each amount at the rate that it came in at, or at that of the last revaluation */
  carrying: Decimal;
}

/**
 * Follows a foreign balance through its movements in order of date. What raises it comes in at its own rate; what lowers
 * it takes a share of what it was carried at. The difference to what the books say is the gain or loss that settlements
 * left behind (AS 11, paragraph 13).
 * @param digits fraction digits of the base currency
 */
export function carry(movements: readonly ForeignMovement[], digits: number): Carrying {
  let [foreign, base, carrying] = [ZERO, ZERO, ZERO];
  for (const movement of movements) {
    base = base.plus(movement.base);
    if (movement.purpose !== 'movement') {
      if (movement.purpose === 'revaluation') carrying = carrying.plus(movement.base);
      continue;
    }
    const raises = foreign.isZero() || foreign.isNegative() === movement.foreign.isNegative();
    const settled = raises ? ZERO : Decimal.min(foreign.abs(), movement.foreign.abs());
    if (!settled.isZero()) {
      const taken = settled.equals(foreign.abs())
        ? carrying
        : carrying.times(settled).div(foreign.abs()).toDecimalPlaces(digits, Decimal.ROUND_HALF_UP);
      carrying = carrying.minus(taken);
    }
    // what goes beyond the balance stands on the other side now, at its own rate
    const rest = movement.foreign.abs().minus(settled);
    if (!rest.isZero())
      carrying = carrying.plus(
        movement.base.times(rest).div(movement.foreign.abs()).toDecimalPlaces(digits, Decimal.ROUND_HALF_UP),
      );
    foreign = foreign.plus(movement.foreign);
  }
  return { foreign, base, carrying };
}

/**
 * Divides an entry's foreign amount over its bill references as the base amount is divided; the last one takes what
 * rounding leaves.
 */
export function divideForeign(foreign: Decimal, parts: readonly Decimal[], currency: string): Decimal[] {
  const whole = parts.reduce((sum, part) => sum.plus(part), ZERO);
  let left = foreign;
  return parts.map((part, index) => {
    const share =
      index === parts.length - 1
        ? left
        : foreign.times(part).div(whole).toDecimalPlaces(currencyDigits(currency), Decimal.ROUND_HALF_UP);
    left = left.minus(share);
    return share;
  });
}
