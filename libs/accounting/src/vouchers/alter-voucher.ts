import { Decimal, ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { findHeldBack } from '../approvals/held-back.js';
import { isMaker } from '../approvals/makers.js';
import { storeMetadata } from '../metadata/store-metadata.js';
import { duplicateKey } from '../chart/duplicate-key.js';
import { assertNewReferences } from './bill-references.js';
import {
  assertNotCancelled,
  assertNotSubmitted,
  type ChangeOptions,
  ChangeVoucher,
  deleteLines,
  type OpenedVoucher,
} from './change-voucher.js';
import { type PreparedVoucher, prepareVouchers } from './prepare-vouchers.js';
import type { UpdateVoucherDto, VoucherDto } from './voucher.dto.js';
import { assertDate } from './voucher-date.js';
import { numberPeriod, numberTaken } from './voucher-numbering.js';
import { insertLines } from './voucher-writer.js';

/** Replaces a draft, or alters a posted voucher as a new version that keeps id and number. */
@Injectable()
export class AlterVoucher {
  constructor(private readonly vouchers: ChangeVoucher) {}

  /**
   * @throws DomainError 409 `voucher_already_cancelled`, `voucher_submitted`, `voucher_number_taken`, `bill_name_taken`; 422
   *   `voucher_type_fixed`, `voucher_number_period`, `approval_required` and what posting refuses
   */
  alter(id: string, body: UpdateVoucherDto, options: ChangeOptions & { mayApprove?: boolean }): Promise<VoucherDto> {
    const { mayOverrideLock } = options;
    return this.vouchers.change(id, options, async (opened) => {
      const { tx, voucher, settings, before } = opened;
      assertNotCancelled(voucher);
      assertNotSubmitted(before);
      const isPosted = voucher.status === 'posted';
      const lock = { settings, mayOverrideLock, reason: body.lock_override_reason, field: 'date' };
      const overridden = isPosted ? assertDate(voucher.date, lock) : null;
      const [next] = await prepareVouchers(tx, [{ ...body, status: isPosted ? 'posted' : 'draft' }], {
        settings,
        mayOverrideLock,
        actors: options.actor,
        stored: voucher,
      });
      const altered = { ...next!, lockOverrideReason: next!.lockOverrideReason ?? overridden };
      if (isPosted) {
        await assertMayAlter(opened, altered, options);
        await alterPosted(opened, altered);
      } else await replaceDraft(opened, altered);
      if (body.metadata !== undefined) await storeMetadata(tx, 'voucher', id, body.metadata);
      return { action: isPosted ? 'altered' : 'updated', reason: body.reason ?? altered.lockOverrideReason };
    });
  }
}

/**
 * What a rule holds back, before or after the change, is altered only by somebody who may approve it and did not make
 * it: so that two people have seen it as it is.
 */
async function assertMayAlter(
  { tx, voucher, settings }: OpenedVoucher,
  next: PreparedVoucher,
  { actor, mayApprove = false }: ChangeOptions & { mayApprove?: boolean },
): Promise<void> {
  const before = { type: next.type, total: new Decimal(voucher.total) };
  const [rule] = (await findHeldBack(tx, [next, before], settings.approvalFrom)).values();
  if (rule === undefined || (mayApprove && !(await isMaker(tx, voucher.id, actor)))) return;
  throw ruleBroken(
    'approval_required',
    `The rule ${rule} asks for a second person: a posted voucher of this kind is altered by somebody who may approve it and did not make it; or cancel it and post another one, which waits for approval.`,
  );
}

async function alterPosted(opened: OpenedVoucher, next: PreparedVoucher): Promise<void> {
  const { tx, voucher, settings } = opened;
  if (next.type.id !== voucher.voucherTypeId)
    throw ruleBroken('voucher_type_fixed', 'A posted voucher keeps its type; cancel it and post another one.');
  if (
    voucher.numberPeriod !== null &&
    numberPeriod(next.type, next.date, settings.financialYearStart) !== voucher.numberPeriod
  )
    throw ruleBroken(
      'voucher_number_period',
      `A voucher keeps its number, and the date ${next.date} belongs to another number series; cancel it and post another one.`,
      [{ field: 'date', message: 'belongs to another number series' }],
    );
  await assertNewReferences(tx, [next], voucher.id);
  await insertLines(tx, [{ id: voucher.id, version: voucher.version + 1, voucher: next }]);
  await writeVersion(opened, next, next.number ?? voucher.number);
}

/** A draft counts its versions too, so that If-Match finds out who came second. */
async function replaceDraft(opened: OpenedVoucher, next: PreparedVoucher): Promise<void> {
  const { tx, voucher } = opened;
  await deleteLines(tx, voucher.id);
  await writeVersion(opened, next, next.number);
  await insertLines(tx, [{ id: voucher.id, version: voucher.version + 1, voucher: next }]);
}

async function writeVersion(
  { tx, voucher }: OpenedVoucher,
  next: PreparedVoucher,
  number: string | null,
): Promise<void> {
  try {
    await tx.query(
      `UPDATE vouchers SET voucher_type_id = ?, date = ?, number = ?, narration = ?, reference = ?, total = ?, version = ?,
         affects_books = ?, lock_override_reason = ? WHERE id = ?`,
      [
        next.type.id, next.date, number, next.narration, next.reference, next.total.toFixed(), voucher.version + 1,
        next.affectsBooks, next.lockOverrideReason, voucher.id,
      ], // biome-ignore format: one row
    );
  } catch (error) {
    throw duplicateKey(error) === 'vouchers_number' ? numberTaken(number ?? '', 'number') : error;
  }
}
