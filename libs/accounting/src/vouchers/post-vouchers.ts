import { type Actor, type IdempotencyRequest, newId } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { prepareVouchers } from './prepare-vouchers.js';
import { ReadVouchers } from './read-vouchers.js';
import type { CreateVoucherDto, VoucherDto } from './voucher.dto.js';
import { insertDrafts, postDrafts } from './voucher-writer.js';

export interface PostOptions {
  actor: Actor;
  mayOverrideLock: boolean;
  idempotency?: IdempotencyRequest;
  /** refusals name the voucher's place in the list */
  bulk?: boolean;
}

/** Stores new vouchers, one or many: all or none. */
@Injectable()
export class PostVouchers {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly readVouchers: ReadVouchers,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 400, 409 `voucher_number_taken`, 422 with the rule that is broken */
  post(bodies: readonly CreateVoucherDto[], options: PostOptions): Promise<VoucherDto[]> {
    return this.transaction.run(
      async (tx) => {
        const settings = await this.settings.get(tx);
        const prepared = await prepareVouchers(tx, bodies, { settings, ...options });
        const written = prepared.map((voucher, index) => ({
          id: newId(),
          voucher,
          draft: bodies[index]!.status === 'draft',
        }));
        await insertDrafts(tx, written, options.actor.name);
        await postDrafts(
          tx,
          written.filter(({ draft }) => !draft),
          settings.financialYearStart,
        );
        const vouchers = await this.readVouchers.byIds(
          written.map(({ id }) => id),
          tx,
        );
        await this.editLog.recordMany(
          tx,
          options.actor,
          vouchers.map((voucher) => ({
            action: voucher.status === 'draft' ? 'created' : 'posted',
            objectType: 'voucher',
            objectId: voucher.id,
            objectName: `${voucher.voucher_type} ${voucher.number ?? ''}`.trim(),
            after: voucher,
          })),
        );
        return vouchers;
      },
      { idempotency: options.idempotency },
    );
  }
}
