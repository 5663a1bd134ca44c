import { Decimal, formatAmount, ZERO } from '@finvera/common';

/** A sum with its sign: debit positive. */
export type Signed = Decimal;

export const signed = (debit: string | null, credit: string | null): Signed =>
  new Decimal(debit ?? 0).minus(credit ?? 0);

/** A net balance on the one side where it stands. */
export const onOneSide = (balance: Signed): { debit: Decimal; credit: Decimal } =>
  balance.isNegative() ? { debit: ZERO, credit: balance.negated() } : { debit: balance, credit: ZERO };

export const sum = (values: Iterable<Decimal>): Decimal =>
  [...values].reduce((total, value) => total.plus(value), ZERO);

/** Formats for one company: its currency's digits. */
export const formatter = (digits: number) => (amount: Decimal) => formatAmount(amount, digits);
