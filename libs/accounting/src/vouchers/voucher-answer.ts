import { type Actor, formatAmount } from '@finvera/common';
import type { ApprovalDto } from '../approvals/approval-answer.js';
import { stockAnswer } from '../stock/stored-stock.js';
import { foreignAnswer } from '../currencies/foreign-amount.js';
import type { EditLogChange } from '../edit-log/edit-log.js';
import type { PreparedLine } from './prepare-vouchers.js';
import type { EntryAnswerDto, VoucherDto } from './voucher.dto.js';
import type { WrittenVoucher, WriteOptions } from './voucher-writer.js';

const CREATED_BY_MAX_LENGTH = 64;

/** The actor as a voucher's `created_by` holds it. */
export const createdBy = (actor: Actor): string => [...actor.name].slice(0, CREATED_BY_MAX_LENGTH).join('');

export interface AnswerOptions extends WriteOptions {
  status: 'draft' | 'submitted' | 'posted';
  number: string | null;
  /** null or absent when no rule asked for it */
  approval?: ApprovalDto | null;
  postDated?: boolean;
  /** fraction digits of the company's currency */
  digits: number;
}

/** A voucher just written, as reading it would answer: spares the hot path four statements. */
export function answerOf(
  { id, voucher, createdBy: by }: WrittenVoucher,
  { status, number, approval = null, postDated = false, digits, at, reversalOfId }: AnswerOptions,
): VoucherDto {
  return {
    id,
    voucher_type: voucher.type.name,
    voucher_type_id: voucher.type.id,
    base_type: voucher.type.baseType,
    date: voucher.date,
    number,
    narration: voucher.narration,
    reference: voucher.reference,
    status,
    approval,
    post_dated: postDated,
    total: voucher.total.toFixed(digits),
    reversal_of_id: reversalOfId ?? null,
    reversed_by_id: null,
    cancel_reason: null,
    lock_override_reason: voucher.lockOverrideReason,
    metadata: voucher.metadata ?? null,
    stock: (voucher.stock ?? []).map((part) => stockAnswer(part, digits)),
    version: 1,
    created_by: by,
    created_at: at.toISOString(),
    updated_at: at.toISOString(),
    entries: voucher.lines.map((line) => entryOf(line, digits)),
  };
}

const entryOf = (line: PreparedLine, digits: number): EntryAnswerDto => ({
  id: line.id,
  ledger_id: line.ledgerId,
  ledger: line.ledger,
  debit: line.debit.isZero() ? null : formatAmount(line.debit, digits),
  credit: line.credit.isZero() ? null : formatAmount(line.credit, digits),
  narration: line.narration,
  bills: line.bills.map((bill) => ({
    type: bill.type,
    name: bill.name,
    amount: formatAmount(bill.amount, digits),
    due_date: bill.dueDate ?? null,
  })),
  foreign: line.foreign ? foreignAnswer(line.foreign) : null,
  cost_centres: (line.costs ?? []).map((part) => ({
    cost_centre_id: part.centreId,
    cost_centre: part.centre,
    amount: formatAmount(part.amount, digits),
  })),
});

/** Type and number, as people call a voucher. */
export const nameOf = ({ voucher_type, number }: VoucherDto): string => `${voucher_type} ${number ?? ''}`.trim();

/** A voucher's creation, as the edit log records it. */
export const creationOf = (voucher: VoucherDto, reason = voucher.lock_override_reason): EditLogChange => ({
  action: voucher.status === 'draft' ? 'created' : voucher.status,
  objectType: 'voucher',
  objectId: voucher.id,
  objectName: nameOf(voucher),
  after: voucher,
  reason: reason ?? undefined,
});
