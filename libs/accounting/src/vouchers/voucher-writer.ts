import { newId } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { PreparedVoucher } from './prepare-vouchers.js';
import { formatNumber, numberPeriod, numberTaken, takeNumbers } from './voucher-numbering.js';

/** Rows in one INSERT; keeps a statement well below max_allowed_packet. */
const ROWS_PER_INSERT = 1_000;

export interface WrittenVoucher {
  id: string;
  voucher: PreparedVoucher;
}

/** Writes drafts: the vouchers, their entries and their bill references. */
export async function insertDrafts(
  tx: EntityManager,
  vouchers: readonly WrittenVoucher[],
  createdBy: string,
  reversalOfId: string | null = null,
): Promise<void> {
  await insertRows(
    tx,
    'INSERT INTO vouchers (id, voucher_type_id, date, number, number_period, narration, reference, is_opening, affects_books, total, reversal_of_id, lock_override_reason, created_by) VALUES ?',
    vouchers.map(({ id, voucher }) => [
      id, voucher.type.id, voucher.date, voucher.number, null, voucher.narration, voucher.reference, voucher.isOpening, voucher.affectsBooks,
      voucher.total.toFixed(), reversalOfId, voucher.lockOverrideReason, createdBy,
    ]), // biome-ignore format: one row
  );
  await insertLines(
    tx,
    vouchers.map((written) => ({ ...written, version: 1 })),
  );
}

/** Writes the entries of a version of vouchers, with their bill references. */
export async function insertLines(
  tx: EntityManager,
  vouchers: readonly { id: string; version: number; voucher: PreparedVoucher }[],
): Promise<void> {
  const all = vouchers.flatMap(({ id, version, voucher }) =>
    voucher.lines.map((line, index) => ({ voucherId: id, version, lineNo: index + 1, line, voucher })),
  );
  await insertRows(
    tx,
    'INSERT INTO entries (id, voucher_id, voucher_version, line_no, ledger_id, date, debit, credit, narration, is_opening) VALUES ?',
    all.map(({ voucherId, version, lineNo, line, voucher }) => [
      line.id, voucherId, version, lineNo, line.ledgerId, voucher.date, line.debit.toFixed(), line.credit.toFixed(), line.narration, voucher.isOpening,
    ]), // biome-ignore format: one row
  );
  const bills = all.flatMap(
    ({ voucherId, version, line, voucher }) =>
    line.bills.map((bill) => [
      newId(), line.id, voucherId, version, line.ledgerId, bill.type, bill.name, voucher.date, bill.dueDate,
      line.debit.isZero() ? '0' : bill.amount.toFixed(), line.credit.isZero() ? '0' : bill.amount.toFixed(),
    ]), // biome-ignore format: one row
  );
  await insertRows(
    tx,
    'INSERT INTO bill_allocations (id, entry_id, voucher_id, voucher_version, ledger_id, type, name, date, due_date, debit, credit) VALUES ?',
    bills,
  );
}

/**
 * Gives drafts their numbers and posts them: the database checks each once more and brings its entries into the books.
 * Numbers are taken here, at the end, so that the series is locked briefly.
 * @throws DomainError 409 `voucher_number_taken`
 */
export async function postDrafts(
  tx: EntityManager,
  vouchers: readonly WrittenVoucher[],
  financialYearStart: string,
): Promise<void> {
  const numbers = await numbersFor(tx, vouchers, financialYearStart);
  for (const { id, voucher } of vouchers) {
    const { number, period } = numbers.get(id)!;
    try {
      await tx.query(
        "UPDATE vouchers SET status = 'posted', number = ?, number_period = ?, posted_at = CURRENT_TIMESTAMP(6) WHERE id = ?",
        [number, period, id],
      );
    } catch (error) {
      if ((error as { code?: string }).code === 'ER_DUP_ENTRY' && number !== null)
        throw numberTaken(number, `${voucher.path}number`);
      throw error;
    }
  }
}

async function numbersFor(tx: EntityManager, vouchers: readonly WrittenVoucher[], financialYearStart: string) {
  const numbers = new Map<string, { number: string | null; period: string | null }>();
  const series = new Map<string, { period: string; vouchers: WrittenVoucher[] }>();
  for (const written of vouchers) {
    const { type, date, number } = written.voucher;
    const period = type.numbering === 'none' ? null : numberPeriod(type, date, financialYearStart);
    numbers.set(written.id, { number, period: number === null && type.numbering === 'manual' ? null : period });
    if (type.numbering !== 'automatic') continue;
    const key = `${type.id} ${period}`;
    const one = series.get(key) ?? { period: period!, vouchers: [] };
    one.vouchers.push(written);
    series.set(key, one);
  }
  // always in the same order, so that two batches cannot wait for each other
  for (const [, { period, vouchers: members }] of [...series].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { type } = members[0]!.voucher;
    const first = await takeNumbers(tx, type.id, period, members.length);
    for (const [index, { id }] of members.entries())
      numbers.set(id, { number: formatNumber(type, first + index), period });
  }
  return numbers;
}

async function insertRows(tx: EntityManager, sql: string, rows: unknown[][]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) await tx.query(sql, [rows.slice(at, at + ROWS_PER_INSERT)]);
}
