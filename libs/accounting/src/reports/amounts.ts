import { type Decimal, formatAmount, ZERO } from '@finvera/common';
import { decimalOf } from '../totals/ten-thousandths.js';

export const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, value) => total.plus(value), ZERO);

/** Formats for one company: its currency's digits. */
export const formatter = (digits: number) => (amount: Decimal) => formatAmount(amount, digits);

/** Whether the plain decimal is nothing. */
export const isZero = (amount: string): boolean => /^-?0*(\.0*)?$/.test(amount);

/** Two columns as one signed amount, debit positive. */
export const signed = (debit: string, credit: string): string => (isZero(credit) ? debit : `-${credit}`);

/** Nothing, with as many digits after the point. */
export const zerosLike = (amount: string): string => amount.replace(/^-?\d+/, '0').replaceAll(/\d/g, '0');

/** The same for whole ten-thousandths. */
export function unitsFormatter(digits: number): (units: bigint) => string {
  const nothing = formatAmount(ZERO, digits);
  const cut = 10n ** BigInt(4 - digits);
  return (units) => {
    if (units === 0n) return nothing;
    if (units % cut !== 0n) return formatAmount(decimalOf(units), digits);
    const text = (units < 0n ? -units : units).toString().padStart(5, '0');
    const [whole, fraction] = [text.slice(0, -4), text.slice(-4, digits === 4 ? undefined : digits - 4)];
    return `${units < 0n ? '-' : ''}${whole}${digits === 0 ? '' : `.${fraction}`}`;
  };
}
