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
