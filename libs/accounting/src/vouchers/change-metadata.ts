import { Injectable } from '@nestjs/common';
import type { Metadata } from '../metadata/metadata.js';
import { storeMetadata } from '../metadata/store-metadata.js';
import { assertNotCancelled, type ChangeOptions, ChangeVoucher } from './change-voucher.js';
import type { VoucherDto } from './voucher.dto.js';

/** Replaces what programs keep with a voucher: nothing of the books, so neither a version nor a locked period matter. */
@Injectable()
export class ChangeMetadata {
  constructor(private readonly vouchers: ChangeVoucher) {}

  /** @throws DomainError 404 `voucher_not_found`; 409 `voucher_already_cancelled` */
  change(id: string, metadata: Metadata | null, options: ChangeOptions): Promise<VoucherDto> {
    return this.vouchers.change(id, options, async ({ tx, voucher }) => {
      assertNotCancelled(voucher);
      await storeMetadata(tx, 'voucher', id, metadata);
      return { action: 'metadata_changed' };
    });
  }
}
