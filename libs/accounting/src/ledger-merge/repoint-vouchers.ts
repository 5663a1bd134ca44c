import { Decimal, newId, ZERO } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { foreignAmount } from '../currencies/foreign-amount.js';
import { storedStock } from '../stock/stored-stock.js';
import { deleteLines } from '../vouchers/change-voucher.js';
import type { EntryAnswerDto, VoucherDto } from '../vouchers/voucher.dto.js';
import { insertLines, type PreparedLine } from '../vouchers/voucher-store.js';

/** A voucher whose lines of one ledger come to another one. */
export interface Repointing {
  voucher: VoucherDto;
  /** counted from 1 */
  lineNos: readonly number[];
  ledgerId: string;
}

/** The date, number and everything else stay; a line's place too, so that what is tied to an entry finds its successor. */
const FOLLOW_MATCHES = `UPDATE bank_matches m JOIN entries old ON old.id = m.entry_id
  JOIN vouchers v ON v.id = old.voucher_id AND old.voucher_version = v.version - 1
  JOIN entries next ON next.voucher_id = old.voucher_id AND next.voucher_version = v.version AND next.line_no = old.line_no
  SET m.entry_id = next.id WHERE old.voucher_id IN (?)`;

/** Writes each voucher's next version, under the guards of every alteration; drafts are rewritten. */
export async function repointVouchers(
  tx: EntityManager,
  repointings: readonly Repointing[],
  lockOverrideReason: string | null,
): Promise<void> {
  const versions = repointings.map(({ voucher, lineNos, ledgerId }) => ({
    id: voucher.id,
    version: voucher.version + 1,
    voucher: {
      date: voucher.date,
      isOpening: false,
      stock: storedStock(voucher.stock),
      lines: voucher.entries.map((entry, index) =>
        preparedLine(entry, lineNos.includes(index + 1) ? ledgerId : entry.ledger_id),
      ),
    },
  }));
  const drafts = repointings
    .filter(({ voucher }) => ['draft', 'submitted'].includes(voucher.status))
    .map(({ voucher }) => voucher.id);
  for (const id of drafts) await deleteLines(tx, id);
  if (drafts.length > 0) {
    await tx.query('UPDATE vouchers SET version = version + 1 WHERE id IN (?)', [drafts]);
    // what waits for approval goes on waiting, with the other ledger
    await tx.query(
      "UPDATE voucher_approvals SET version = version + 1 WHERE voucher_id IN (?) AND state = 'submitted'",
      [drafts],
    );
  }
  await insertLines(tx, versions as never);
  const posted = repointings.filter(({ voucher }) => voucher.status === 'posted').map(({ voucher }) => voucher.id);
  if (posted.length === 0) return;
  await tx.query(
    'UPDATE vouchers SET version = version + 1, lock_override_reason = COALESCE(?, lock_override_reason) WHERE id IN (?)',
    [lockOverrideReason, posted],
  );
  await tx.query(FOLLOW_MATCHES, [posted]);
}

const amountOf = (text: string | null) => (text === null ? ZERO : new Decimal(text));

function preparedLine(entry: EntryAnswerDto, ledgerId: string): PreparedLine {
  return {
    id: newId(),
    ledgerId,
    ledger: entry.ledger,
    debit: amountOf(entry.debit),
    credit: amountOf(entry.credit),
    narration: entry.narration,
    bills: entry.bills.map(({ type, name, amount, due_date }) => ({
      type,
      name,
      amount: new Decimal(amount),
      dueDate: due_date,
    })),
    costs: entry.cost_centres.map(({ cost_centre_id, cost_centre, amount }) => ({
      centreId: cost_centre_id,
      centre: cost_centre,
      amount: new Decimal(amount),
    })),
    foreign: entry.foreign && foreignAmount(entry.foreign),
  };
}
