import { Decimal, newId, ZERO } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { closingBalance, readTotals } from '../totals/read-totals.js';
import type { PreparedLine } from '../vouchers/voucher-store.js';

interface LedgerRow {
  id: string;
  name: string;
  bill_by_bill: number;
}

const LEDGERS = `SELECT l.id, l.name, l.bill_by_bill FROM ledgers l JOIN account_groups g ON g.id = l.group_id
  WHERE g.nature IN ('income', 'expense') ORDER BY l.name, l.id`;

/**
 * The lines that bring each income and expense ledger to zero at the end of a year, and the result to a ledger of
 * equity. None when there is nothing to close.
 */
export async function closingLines(
  tx: EntityManager,
  { booksBegin, yearEnd }: { booksBegin: string; yearEnd: string },
  target: { id: string; name: string },
): Promise<{ lines: PreparedLine[]; total: Decimal }> {
  const ledgers: LedgerRow[] = await tx.query(LEDGERS);
  // all up to that day: what earlier years had was taken away when they were closed
  const sums = await readTotals(tx, { booksBegin, yearStart: booksBegin, from: booksBegin, to: yearEnd });
  const balanceOf = new Map(sums.map((one) => [one.ledger_id, closingBalance(one)]));
  const balances = ledgers
    .map((ledger) => ({ ledger, balance: balanceOf.get(ledger.id) ?? ZERO }))
    .filter(({ balance }) => !balance.isZero());
  const result = balances.reduce((sum, { balance }) => sum.plus(balance), ZERO);
  const lines = balances.map(({ ledger, balance }) => line(ledger, balance.negated(), Boolean(ledger.bill_by_bill)));
  if (!result.isZero()) lines.push(line(target, result, false));
  return { lines, total: lines.reduce((sum, { debit }) => sum.plus(debit), ZERO) };
}

/** @param amount debit positive */
function line(ledger: { id: string; name: string }, amount: Decimal, billByBill: boolean): PreparedLine {
  const size = amount.abs();
  return {
    id: newId(),
    ledgerId: ledger.id,
    ledger: ledger.name,
    debit: amount.isNegative() ? ZERO : size,
    credit: amount.isNegative() ? size : ZERO,
    narration: '',
    bills: billByBill ? [{ type: 'on_account', name: '', amount: size, dueDate: null }] : [],
  };
}
