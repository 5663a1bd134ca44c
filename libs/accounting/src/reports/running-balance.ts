import { Decimal } from '@finvera/common';

interface Sides {
  debit: string;
  credit: string;
}

/**
 * Gives each line the balance after it, debit positive.
 * @param start balance before the first line
 */
export function withRunningBalance<Line extends Sides>(
  lines: readonly Line[],
  start: Decimal,
): (Line & { balance: Decimal })[] {
  let balance = start;
  return lines.map((line) => {
    balance = balance.plus(line.debit).minus(line.credit);
    return { ...line, balance };
  });
}
