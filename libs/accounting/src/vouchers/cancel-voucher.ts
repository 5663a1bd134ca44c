import { conflict } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { assertNotCancelled, type ChangeOptions, ChangeVoucher } from './change-voucher.js';
import type { CancelVoucherDto, VoucherDto } from './voucher.dto.js';
import { assertDate } from './voucher-date.js';

/** Takes a posted voucher out of the books; it keeps its number and stays visible. */
@Injectable()
export class CancelVoucher {
  constructor(private readonly vouchers: ChangeVoucher) {}

  /** @throws DomainError 409 `voucher_already_cancelled`, `voucher_not_posted`; 422 `period_locked` */
  cancel(id: string, body: CancelVoucherDto, options: ChangeOptions): Promise<VoucherDto> {
    return this.vouchers.change(id, options, async ({ tx, voucher, settings }) => {
      assertNotCancelled(voucher);
      if (voucher.status === 'draft') throw conflict('voucher_not_posted', 'A draft is deleted, not cancelled.');
      const override = assertDate(voucher.date, {
        settings,
        mayOverrideLock: options.mayOverrideLock,
        reason: body.lock_override_reason,
        field: 'date',
      });
      await tx.query(
        "UPDATE vouchers SET status = 'cancelled', cancel_reason = ?, cancelled_at = CURRENT_TIMESTAMP(6), lock_override_reason = ? WHERE id = ?",
        [body.reason, override, id],
      );
      return { action: 'cancelled', reason: body.reason };
    });
  }
}
