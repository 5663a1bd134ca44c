import { conflict, newId } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { mirroredStock } from '../stock/stored-stock.js';
import { assertNewReferences } from './bill-references.js';
import { assertNotCancelled, bodyOf, type ChangeOptions, ChangeVoucher, type OpenedVoucher } from './change-voucher.js';
import { postOrSubmit, type WhenHeld } from './post-or-submit.js';
import { prepareVouchers } from './prepare-vouchers.js';
import type { ReverseVoucherDto, VoucherDto } from './voucher.dto.js';
import type { VoucherBodyDto } from './voucher-body.dto.js';
import { answerOf, createdBy, creationOf, nameOf } from './voucher-answer.js';
import { insertDrafts } from './voucher-writer.js';

const NARRATION_MAX_LENGTH = 1_000;

/** Posts a new voucher with the sides of a posted one swapped. */
@Injectable()
export class ReverseVoucher {
  constructor(private readonly vouchers: ChangeVoucher) {}

  /**
   * @returns the reversal
   * @throws DomainError 409 `voucher_already_reversed`, `voucher_already_cancelled`, `voucher_not_posted`
   */
  reverse(id: string, body: ReverseVoucherDto, options: ChangeOptions): Promise<VoucherDto> {
    return this.vouchers.run(id, options, (opened) => this.within(opened, body, options));
  }

  /** The same within a transaction that is under way. */
  async within(
    { tx, voucher, before, settings }: OpenedVoucher,
    body: ReverseVoucherDto,
    options: Pick<ChangeOptions, 'actor' | 'mayOverrideLock'> & { whenHeld?: WhenHeld },
  ): Promise<VoucherDto> {
    const { id } = voucher;
    assertNotCancelled(voucher);
    if (voucher.status === 'draft') throw conflict('voucher_not_posted', 'A draft is deleted, not reversed.');
    if (before.reversed_by_id)
      throw conflict('voucher_already_reversed', `The voucher was reversed by ${before.reversed_by_id}.`);
    const [prepared] = await prepareVouchers(tx, [mirror(before, body)], {
      settings,
      mayOverrideLock: options.mayOverrideLock,
      actors: options.actor,
      stored: { voucherTypeId: voucher.voucherTypeId, number: null },
    });
    await assertNewReferences(tx, [prepared!]);
    const { actor } = options;
    const reversal = { id: newId(), voucher: prepared!, createdBy: createdBy(actor), actor };
    const write = { at: new Date(), reversalOfId: id };
    await insertDrafts(tx, [reversal], write);
    const posted = await postOrSubmit(tx, [reversal], { settings, at: write.at, whenHeld: options.whenHeld });
    const after = answerOf(reversal, { ...write, ...posted.get(reversal.id)!, digits: settings.currencyDigits });
    await this.vouchers.record(tx, actor, [
      creationOf(after, body.reason ?? after.lock_override_reason),
      {
        action: after.status === 'posted' ? 'reversed' : 'reversal_submitted',
        objectType: 'voucher',
        objectId: id,
        objectName: nameOf(before),
        after: { reversed_by_id: after.id },
        reason: body.reason,
      },
    ]);
    return after;
  }
}

/** Parts of bills stand on their entry's side, and are swapped with it. */
function mirror(
  voucher: VoucherDto,
  { date, number, reason, lock_override_reason }: ReverseVoucherDto,
): VoucherBodyDto {
  const body = bodyOf(voucher);
  const narration = `Reversal of ${nameOf(voucher)} of ${voucher.date}${reason ? `: ${reason}` : ''}`;
  return {
    ...body,
    stock: mirroredStock(voucher.stock),
    date: date ?? voucher.date,
    number,
    narration: [...narration].slice(0, NARRATION_MAX_LENGTH).join(''),
    lock_override_reason,
    entries: body.entries.map((entry) => ({
      ...entry,
      debit: entry.credit,
      credit: entry.debit,
      foreign: entry.foreign && { ...entry.foreign, debit: entry.foreign.credit, credit: entry.foreign.debit },
    })),
  };
}
