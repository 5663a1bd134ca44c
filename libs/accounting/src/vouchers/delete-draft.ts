import { ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { assertNotSubmitted, type ChangeOptions, ChangeVoucher, deleteLines } from './change-voucher.js';
import { nameOf } from './voucher-answer.js';

/** Deletes a draft; nothing else is ever deleted. */
@Injectable()
export class DeleteDraft {
  constructor(private readonly vouchers: ChangeVoucher) {}

  /** @throws DomainError 409 `voucher_submitted`; 422 `voucher_posted` */
  delete(id: string, options: ChangeOptions): Promise<void> {
    return this.vouchers.run(id, options, async ({ tx, voucher, before }) => {
      if (voucher.status !== 'draft')
        throw ruleBroken('voucher_posted', 'A posted voucher is not deleted, but cancelled or reversed.');
      assertNotSubmitted(before);
      await deleteLines(tx, id);
      await tx.query('DELETE FROM vouchers WHERE id = ?', [id]);
      await this.vouchers.record(tx, options.actor, [
        { action: 'deleted', objectType: 'voucher', objectId: id, objectName: nameOf(before), before },
      ]);
    });
  }
}
