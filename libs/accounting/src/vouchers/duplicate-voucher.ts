import { todayIn } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { bodyOf, type ChangeOptions } from './change-voucher.js';
import { PostVouchers } from './post-vouchers.js';
import { ReadVouchers } from './read-vouchers.js';
import type { DuplicateVoucherDto, VoucherDto } from './voucher.dto.js';

/** Stores a new voucher with the entries of an old one, whatever became of that. */
@Injectable()
export class DuplicateVoucher {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly readVouchers: ReadVouchers,
    private readonly vouchers: PostVouchers,
  ) {}

  /**
   * A draft by default. Number, reference and bill references belong to the old one: parts of a bill-by-bill ledger stand on account.
   * @throws DomainError 404 `voucher_not_found`, and what posting refuses
   */
  duplicate(id: string, body: DuplicateVoucherDto, options: ChangeOptions): Promise<VoucherDto> {
    return this.transaction.run(
      async (tx) => {
        const old = bodyOf(await this.readVouchers.one(id, tx));
        const { timeZone } = await this.settings.get(tx);
        const copy = {
          ...old,
          date: body.date ?? todayIn(timeZone),
          number: body.number,
          reference: '',
          status: body.status ?? ('draft' as const),
          entries: old.entries.map(({ bills: _, ...entry }) => entry),
        };
        const [voucher] = await this.vouchers.within(tx, [copy], options);
        return voucher!;
      },
      { idempotency: options.idempotency },
    );
  }
}
