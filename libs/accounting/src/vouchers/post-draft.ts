import { conflict } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { assertNewReferences } from './bill-references.js';
import { bodyOf, type ChangeOptions, ChangeVoucher, type OpenedVoucher } from './change-voucher.js';
import { postOrSubmit } from './post-or-submit.js';
import { type PreparedVoucher, prepareVouchers } from './prepare-vouchers.js';
import type { PostDraftDto, VoucherDto } from './voucher.dto.js';

/** Posts a draft: it gets its number and its entries come into the books; or submits it, where a rule asks for a second person. */
@Injectable()
export class PostDraft {
  constructor(private readonly vouchers: ChangeVoucher) {}

  /** @throws DomainError 409 `voucher_not_draft` and what posting refuses */
  post(id: string, { lock_override_reason }: PostDraftDto, options: ChangeOptions): Promise<VoucherDto> {
    return this.vouchers.change(id, options, async (opened) => {
      const { tx, voucher, before, settings } = opened;
      if (before.status !== 'draft') throw conflict('voucher_not_draft', `The voucher is ${before.status} already.`);
      const prepared = await prepareStored(opened, options, lock_override_reason);
      await tx.query('DELETE FROM post_dated_vouchers WHERE voucher_id = ?', [id]);
      const draft = { id, voucher: prepared, actor: options.actor, version: voucher.version };
      const posted = await postOrSubmit(tx, [draft], { settings, at: new Date() });
      const { status } = posted.get(id)!;
      if (status === 'posted') await this.vouchers.recordReversal(tx, options.actor, voucher);
      return { action: status, reason: prepared.lockOverrideReason };
    });
  }
}

/** Everything once more: ledgers, types and the lock date may have changed since it was stored. */
export async function prepareStored(
  { tx, voucher, before, settings }: OpenedVoucher,
  { actor, mayOverrideLock }: Pick<ChangeOptions, 'actor' | 'mayOverrideLock'>,
  overrideReason: string | undefined,
): Promise<PreparedVoucher> {
  const reason = overrideReason ?? voucher.lockOverrideReason ?? undefined;
  const [prepared] = await prepareVouchers(tx, [{ ...bodyOf(before), lock_override_reason: reason }], {
    settings,
    mayOverrideLock,
    actors: actor,
    stored: voucher,
  });
  await assertNewReferences(tx, [prepared!]);
  await tx.query('UPDATE vouchers SET lock_override_reason = ? WHERE id = ?', [
    prepared!.lockOverrideReason,
    voucher.id,
  ]);
  return prepared!;
}
