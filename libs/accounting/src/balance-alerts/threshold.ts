import { Decimal } from '@finvera/common';
import type { CompanySettings } from '../company/company-settings.js';
import { financialYearOf } from '../periods/financial-year.js';
import { closingBalance, readTotalsOf } from '../totals/read-totals.js';

export const SIDES = ['debit', 'credit'] as const;
export type Side = (typeof SIDES)[number];

export const DIRECTIONS = ['above', 'below'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface Threshold {
  side: Side;
  direction: Direction;
  threshold: string;
}

/** A balance as its side counts it: what stands on the other side is negative. @param net debit positive */
export const onSide = (side: Side, net: Decimal): Decimal => (side === 'debit' ? net : net.negated());

/** Whether a balance is beyond the threshold; one that equals it is not. @param net debit positive */
export function isBeyond({ side, direction, threshold }: Threshold, net: Decimal): boolean {
  const balance = onSide(side, net);
  return direction === 'above' ? balance.gt(threshold) : balance.lt(threshold);
}

type Session = Parameters<typeof readTotalsOf>[0];

/** A ledger's balance at the end of a day, debit positive: entries dated later do not count. */
export async function balanceAt(
  session: Session,
  ledgerId: string,
  day: string,
  { booksBegin, financialYearStart }: CompanySettings,
): Promise<Decimal> {
  const yearStart = financialYearOf(day, financialYearStart).start;
  return closingBalance(await readTotalsOf(session, ledgerId, { booksBegin, yearStart, from: day, to: day }));
}
