import { conflict } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { assertNewReferences } from './bill-references.js';
import { bodyOf, type ChangeOptions, ChangeVoucher } from './change-voucher.js';
import { prepareVouchers } from './prepare-vouchers.js';
import type { PostDraftDto, VoucherDto } from './voucher.dto.js';
import { postDrafts } from './voucher-writer.js';

/** Posts a draft: it gets its number and its entries come into the books. */
@Injectable()
export class PostDraft {
  constructor(private readonly vouchers: ChangeVoucher) {}

  /** @throws DomainError 409 `voucher_not_draft` and what posting refuses */
  post(id: string, { lock_override_reason }: PostDraftDto, options: ChangeOptions): Promise<VoucherDto> {
    return this.vouchers.change(id, options, async ({ tx, voucher, before, settings }) => {
      if (voucher.status !== 'draft') throw conflict('voucher_not_draft', `The voucher is ${voucher.status} already.`);
      // everything once more: ledgers, types and the lock date may have changed since it was drafted
      const reason = lock_override_reason ?? voucher.lockOverrideReason ?? undefined;
      const [prepared] = await prepareVouchers(tx, [{ ...bodyOf(before), lock_override_reason: reason }], {
        settings,
        mayOverrideLock: options.mayOverrideLock,
        actors: options.actor,
        stored: voucher,
      });
      await assertNewReferences(tx, [prepared!]);
      await tx.query('UPDATE vouchers SET lock_override_reason = ? WHERE id = ?', [prepared!.lockOverrideReason, id]);
      await tx.query('DELETE FROM post_dated_vouchers WHERE voucher_id = ?', [id]);
      await postDrafts(tx, [{ id, voucher: prepared! }], { ...settings, at: new Date() });
      return { action: 'posted', reason: prepared!.lockOverrideReason };
    });
  }
}
