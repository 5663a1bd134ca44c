import { groupBy, newId, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { costRows, INSERT_COSTS } from '../cost-centres/cost-parts.js';
import { foreignRows, INSERT_FOREIGN } from '../currencies/foreign-amount.js';
import { insertTerms } from '../metadata/store-metadata.js';
import { INSERT_STOCK, stockRows } from '../stock/stock-parts.js';
import { duplicateKey } from '../chart/duplicate-key.js';
import type { PreparedVoucher } from './prepare-vouchers.js';
import { formatNumber, numberPeriod, numberTaken, takeNumbers } from './voucher-numbering.js';

/** Rows in one INSERT; keeps a statement well below max_allowed_packet. */
const ROWS_PER_INSERT = 1_000;

export interface WrittenVoucher {
  id: string;
  voucher: PreparedVoucher;
  /** who did it */
  createdBy: string;
}

export interface WriteOptions {
  at: Date;
  /** the voucher that this one reverses */
  reversalOfId?: string;
}

/** Writes drafts: the vouchers, their entries and their bill references. */
export async function insertDrafts(
  tx: EntityManager,
  vouchers: readonly WrittenVoucher[],
  { at, reversalOfId }: WriteOptions,
): Promise<void> {
  await insertRows(
    tx,
    `INSERT INTO vouchers (id, voucher_type_id, date, number, narration, reference, is_opening, affects_books, total,
       reversal_of_id, lock_override_reason, metadata, created_by, created_at, updated_at) VALUES ?`,
    vouchers.map(({ id, voucher, createdBy }) => [
      id, voucher.type.id, voucher.date, voucher.number, voucher.narration, voucher.reference, voucher.isOpening, voucher.affectsBooks,
      voucher.total.toFixed(), reversalOfId ?? null, voucher.lockOverrideReason, voucher.metadata ? JSON.stringify(voucher.metadata) : null, createdBy, at, at,
    ]), // biome-ignore format: one row
  );
  await insertLines(
    tx,
    vouchers.map((written) => ({ ...written, version: 1 })),
  );
  await insertTerms(
    tx,
    'voucher',
    vouchers.map(({ id, voucher }) => ({ id, metadata: voucher.metadata })),
  );
}

/**
 * Writes the entries of a version of vouchers, with their bill references.
 * @throws DomainError 422 `ledger_not_found` when a ledger was deleted since it was looked up
 */
export async function insertLines(
  tx: EntityManager,
  vouchers: readonly { id: string; version: number; voucher: PreparedVoucher }[],
): Promise<void> {
  const all = vouchers.flatMap(({ id, version, voucher }) =>
    voucher.lines.map((line, index) => ({ voucherId: id, version, lineNo: index + 1, line, voucher })),
  );
  try {
    await insertRows(
      tx,
      'INSERT INTO entries (id, voucher_id, voucher_version, line_no, ledger_id, date, debit, credit, narration, is_opening) VALUES ?',
      all.map(({ voucherId, version, lineNo, line, voucher }) => [
        line.id, voucherId, version, lineNo, line.ledgerId, voucher.date, line.debit.toFixed(), line.credit.toFixed(), line.narration, voucher.isOpening,
      ]), // biome-ignore format: one row
    );
  } catch (error) {
    if ((error as { code?: string }).code !== 'ER_NO_REFERENCED_ROW_2') throw error;
    throw ruleBroken(
      'ledger_not_found',
      'A ledger of the voucher was deleted in the meantime; read the ledgers again.',
    );
  }
  await insertRows(
    tx,
    'INSERT INTO bill_allocations (id, entry_id, voucher_id, voucher_version, ledger_id, type, name, date, due_date, debit, credit) VALUES ?',
    all.flatMap(
      ({ voucherId, version, line, voucher }) =>
        line.bills.map((bill) => [
          newId(), line.id, voucherId, version, line.ledgerId, bill.type, bill.name, bill.date ?? voucher.date, bill.dueDate ?? null,
          line.debit.isZero() ? '0' : bill.amount.toFixed(), line.credit.isZero() ? '0' : bill.amount.toFixed(),
        ]), // biome-ignore format: one row
    ),
  );
  const dated = all.map(({ voucher, ...entry }) => ({ ...entry, date: voucher.date }));
  await insertRows(tx, INSERT_COSTS, costRows(dated));
  await insertRows(tx, INSERT_FOREIGN, foreignRows(dated));
  await insertRows(tx, INSERT_STOCK, stockRows(vouchers));
}

interface Numbered {
  voucher: PreparedVoucher;
  number: string | null;
  period: string | null;
}

// the order and the index are forced: rows of others are neither read nor locked, however small the table is
const POST_ALL = `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$.id', number VARCHAR(40) PATH '$.number',
    period DATE PATH '$.period')) n
  STRAIGHT_JOIN vouchers v FORCE INDEX (PRIMARY) ON v.id = n.id
  SET v.status = 'posted', v.number = n.number, v.number_period = n.period, v.posted_at = ?, v.updated_at = ?`;

/**
 * Gives drafts their numbers and posts them: the database checks each once more and brings its entries into the books.
 * Numbers are taken here, at the end, so that the series is locked briefly.
 * @returns the number of each, by id
 * @throws DomainError 409 `voucher_number_taken`
 */
export async function postDrafts(
  tx: EntityManager,
  vouchers: readonly Omit<WrittenVoucher, 'createdBy'>[],
  { financialYearStart, at }: { financialYearStart: string; at: Date },
): Promise<Map<string, string | null>> {
  if (vouchers.length === 0) return new Map();
  const numbered = await numbersFor(tx, vouchers, financialYearStart);
  const rows = [...numbered].map(([id, { number, period }]) => ({
    id,
    ...(number !== null && { number }),
    ...(period !== null && { period }),
  }));
  try {
    await tx.query(POST_ALL, [JSON.stringify(rows), at, at]);
  } catch (error) {
    throw duplicateKey(error) === 'vouchers_number' ? takenNumber(error, [...numbered.values()]) : error;
  }
  return new Map([...numbered].map(([id, { number }]) => [id, number]));
}

async function numbersFor(
  tx: EntityManager,
  vouchers: readonly Omit<WrittenVoucher, 'createdBy'>[],
  financialYearStart: string,
): Promise<Map<string, Numbered>> {
  const numbered = new Map<string, Numbered>(
    vouchers.map(({ id, voucher }) => [
      id,
      { voucher, number: voucher.number, period: numberPeriod(voucher.type, voucher.date, financialYearStart) },
    ]),
  );
  const automatic = [...numbered.values()].filter(({ voucher }) => voucher.type.numbering === 'automatic');
  const series = groupBy(automatic, ({ voucher, period }) => `${voucher.type.id} ${period}`);
  // always in the same order, so that two batches do not wait for each other
  for (const [, members] of [...series].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { voucher, period } = members[0]!;
    const first = await takeNumbers(tx, voucher.type.id, period!, members.length);
    for (const [index, member] of members.entries()) member.number = formatNumber(voucher.type, first + index);
  }
  return numbered;
}

/** The database names the first duplicate as "<type>-<period>-<number>". */
function takenNumber(error: unknown, numbered: readonly Numbered[]): Error {
  const message = (error as Error).message.toLowerCase();
  const taken = numbered.find(({ voucher, number, period }) =>
    message.includes(`'${voucher.type.id}-${period}-${number}'`.toLowerCase()),
  );
  const { voucher, number } = taken ?? numbered[0]!;
  return numberTaken(number ?? '', `${voucher.path}number`);
}

async function insertRows(tx: EntityManager, sql: string, rows: unknown[][]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) await tx.query(sql, [rows.slice(at, at + ROWS_PER_INSERT)]);
}
