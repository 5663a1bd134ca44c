import { Decimal, newId, ZERO } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { PreparedLine } from '../vouchers/voucher-store.js';

interface Row {
  id: string;
  name: string;
  bill_by_bill: number;
  balance: string;
}

/** What income and expense ledgers hold up to a day: that of earlier years was taken away when they were closed. */
const SELECT = `SELECT l.id, l.name, l.bill_by_bill, m.balance
  FROM (
    SELECT one.id, SUM(e.debit - e.credit) AS balance
    FROM account_groups g JOIN ledgers one ON one.group_id = g.id
      JOIN entries e ON e.ledger_id = one.id AND e.in_books = 1 AND e.date <= ?
    WHERE g.nature IN ('income', 'expense') GROUP BY one.id
  ) m JOIN ledgers l ON l.id = m.id
  WHERE m.balance <> 0 ORDER BY l.name, l.id`;

/**
 * The lines that bring each income and expense ledger to zero at the end of a year, and the result to a ledger of
 * equity. None when there is nothing to close.
 */
export async function closingLines(
  tx: EntityManager,
  yearEnd: string,
  target: { id: string; name: string },
): Promise<{ lines: PreparedLine[]; total: Decimal }> {
  const rows: Row[] = await tx.query(SELECT, [yearEnd]);
  const balances = rows.map((row) => ({ row, balance: new Decimal(row.balance) }));
  const result = balances.reduce((sum, { balance }) => sum.plus(balance), ZERO);
  const lines = balances.map(({ row, balance }) => line(row, balance.negated(), Boolean(row.bill_by_bill)));
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
