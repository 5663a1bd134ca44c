import { type Decimal, formatAmount, ZERO } from '@finvera/common';

/**
 * A net balance on the one side where it stands.
 * @param balance debit positive
 */
export const onOneSide = (balance: Decimal): { debit: Decimal; credit: Decimal } =>
  balance.isNegative() ? { debit: ZERO, credit: balance.negated() } : { debit: balance, credit: ZERO };

export const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, value) => total.plus(value), ZERO);

/** Formats for one company: its currency's digits. */
export const formatter = (digits: number) => (amount: Decimal) => formatAmount(amount, digits);

/** Whether the plain decimal is nothing. */
export const isZero = (amount: string): boolean => /^-?0*(\.0*)?$/.test(amount);

/** Two columns as one signed amount, debit positive. */
export const signed = (debit: string, credit: string): string => (isZero(credit) ? debit : `-${credit}`);

/** Nothing, with as many digits after the point. */
export const zerosLike = (amount: string): string => amount.replace(/^-?\d+/, '0').replaceAll(/\d/g, '0');
