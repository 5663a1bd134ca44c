import type { Decimal } from '@finvera/common';
import type { ParsedBill } from '../formats/parsed-books.js';
import type { Warnings } from './warnings.js';

const BILL_NAME_MAX = 100;

export interface OpeningPayload {
  ledger: string;
  /** debit positive */
  amount: string;
  bills: { type: ParsedBill['type']; name: string; amount: string; date: string | null }[] | null;
}

/** The bills that an opening consists of; what they leave of it is on account. Null: all of it is. */
export function openingParts(
  opening: Decimal,
  given: readonly ParsedBill[],
  { line, booksBegin, warnings }: { line: number; booksBegin: string; warnings: Warnings },
): OpeningPayload['bills'] {
  const bills = given.map((bill) => ({
    ...bill,
    type: bill.name === '' ? ('on_account' as const) : bill.type === 'agst_ref' ? ('new_ref' as const) : bill.type,
    name: bill.type === 'on_account' ? '' : bill.name,
  }));
  const rest = bills.reduce((left, { amount }) => left.minus(amount), opening);
  const oneSided = bills.every(({ amount }) => amount.isNegative() === opening.isNegative());
  const fits = oneSided && (rest.isZero() || rest.isNegative() === opening.isNegative());
  if (!fits || bills.some(({ name }) => name.length > BILL_NAME_MAX)) {
    warnings.add(
      'opening_bills_left_out',
      line,
      'Bills of an opening that stand on both sides, or are more than it, are left out: it is on account.',
    );
    return null;
  }
  const parts = bills.map(({ type, name, amount, date }) => ({
    type,
    name,
    amount: amount.abs().toFixed(),
    date: date !== null && date < booksBegin ? date : null,
  }));
  return rest.isZero() ? parts : [...parts, { type: 'on_account', name: '', amount: rest.abs().toFixed(), date: null }];
}
