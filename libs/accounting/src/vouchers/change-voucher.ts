import {
  type Actor,
  assertIfMatch,
  conflict,
  type IdempotencyRequest,
  newId,
  notFound,
  ruleBroken,
} from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { assertDate, prepareVouchers } from './prepare-vouchers.js';
import { ReadVouchers } from './read-vouchers.js';
import type {
  CancelVoucherDto,
  ReverseVoucherDto,
  UpdateVoucherDto,
  VoucherBodyDto,
  VoucherDto,
} from './voucher.dto.js';
import { Voucher } from './voucher.entity.js';
import { numberPeriod, numberTaken } from './voucher-numbering.js';
import { insertDrafts, insertLines, postDrafts } from './voucher-writer.js';

export interface ChangeOptions {
  actor: Actor;
  mayOverrideLock: boolean;
  ifMatch?: string;
  idempotency?: IdempotencyRequest;
}

interface Change {
  tx: EntityManager;
  /** the voucher's row, locked */
  voucher: Voucher;
  before: VoucherDto;
  settings: CompanySettings;
}

/** What happens to a voucher after it was stored: altered, posted, cancelled, reversed, or deleted while a draft. */
@Injectable()
export class ChangeVoucher {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly readVouchers: ReadVouchers,
    private readonly editLog: EditLog,
  ) {}

  /** A draft is replaced; a posted voucher is altered as a new version that keeps id and number. */
  update(id: string, body: UpdateVoucherDto, options: ChangeOptions): Promise<VoucherDto> {
    return this.change(id, options, async ({ tx, voucher, before, settings }) => {
      assertNotCancelled(voucher);
      if (voucher.status === 'posted')
        assertDate({ ...body, date: voucher.date }, '', settings, options.mayOverrideLock);
      const asked =
        voucher.status === 'posted' && body.number === before.number ? { ...body, number: undefined } : body;
      const keepsManualNumber = asked.number === undefined && before.number !== null;
      const [prepared] = await prepareVouchers(
        tx,
        [keepsManualNumber && (await isManual(tx, voucher)) ? { ...asked, number: before.number } : asked],
        { settings, mayOverrideLock: options.mayOverrideLock },
      );
      const next = prepared!;
      if (voucher.status === 'posted' && next.type.id !== voucher.voucherTypeId)
        throw ruleBroken('voucher_type_fixed', 'A posted voucher keeps its type; cancel it and post another one.');
      const version = voucher.version + (voucher.status === 'posted' ? 1 : 0);
      if (voucher.status === 'draft') await deleteLines(tx, id);
      await insertLines(tx, [{ id, version, voucher: next }]);
      const period =
        voucher.status === 'posted' && voucher.number !== null
          ? numberPeriod(next.type, next.date, settings.financialYearStart)
          : null;
      if (period !== null && period !== voucher.numberPeriod)
        throw ruleBroken(
          'voucher_number_period',
          `A voucher keeps its number, and the date ${next.date} belongs to another number series; cancel it and post another one.`,
        );
      try {
        await tx.query(
          `UPDATE vouchers SET voucher_type_id = ?, date = ?, number = ?, narration = ?, reference = ?, total = ?, version = ?,
             affects_books = ?, lock_override_reason = ? WHERE id = ?`,
          [
            next.type.id, next.date, voucher.status === 'posted' ? (next.number ?? voucher.number) : next.number, next.narration, next.reference,
            next.total.toFixed(), version, next.affectsBooks, next.lockOverrideReason, id,
          ], // biome-ignore format: one row
        );
      } catch (error) {
        if ((error as { code?: string }).code === 'ER_DUP_ENTRY' && next.number)
          throw numberTaken(next.number, 'number');
        throw error;
      }
      return { action: voucher.status === 'posted' ? 'altered' : 'updated', reason: body.reason };
    });
  }

  /** Posts a draft. */
  post(id: string, options: ChangeOptions): Promise<VoucherDto> {
    return this.change(id, options, async ({ tx, voucher, before, settings }) => {
      if (voucher.status !== 'draft') throw conflict('voucher_not_draft', `The voucher is ${voucher.status} already.`);
      const [prepared] = await prepareVouchers(tx, [bodyOf(before)], {
        settings,
        mayOverrideLock: options.mayOverrideLock,
      });
      await postDrafts(tx, [{ id, voucher: prepared! }], settings.financialYearStart);
      return { action: 'posted' };
    });
  }

  /** Takes a posted voucher out of the books; it keeps its number and stays visible. */
  cancel(id: string, body: CancelVoucherDto, options: ChangeOptions): Promise<VoucherDto> {
    return this.change(id, options, async ({ tx, voucher, settings }) => {
      assertNotCancelled(voucher);
      if (voucher.status === 'draft') throw conflict('voucher_not_posted', 'A draft is deleted, not cancelled.');
      assertDate({ ...body, date: voucher.date }, '', settings, options.mayOverrideLock);
      await tx.query(
        "UPDATE vouchers SET status = 'cancelled', cancel_reason = ?, cancelled_at = CURRENT_TIMESTAMP(6), lock_override_reason = ? WHERE id = ?",
        [body.reason, body.lock_override_reason ?? null, id],
      );
      return { action: 'cancelled', reason: body.reason };
    });
  }

  /** Posts a new voucher with the sides swapped. @throws DomainError 409 `voucher_already_reversed` */
  reverse(id: string, body: ReverseVoucherDto, options: ChangeOptions): Promise<VoucherDto> {
    return this.transaction.run(
      async (tx) => {
        const { voucher, before, settings } = await this.read(tx, id, options.ifMatch);
        assertNotCancelled(voucher);
        if (voucher.status === 'draft') throw conflict('voucher_not_posted', 'A draft is deleted, not reversed.');
        if (before.reversed_by_id)
          throw conflict('voucher_already_reversed', `The voucher was reversed by ${before.reversed_by_id}.`);
        const mirrored = mirror(before, body);
        const [prepared] = await prepareVouchers(tx, [mirrored], {
          settings,
          mayOverrideLock: options.mayOverrideLock,
        });
        const written = { id: newId(), voucher: prepared! };
        await insertDrafts(tx, [written], options.actor.name, id);
        await postDrafts(tx, [written], settings.financialYearStart);
        const after = await this.readVouchers.one(written.id, tx);
        await this.editLog.record(tx, options.actor, {
          action: 'reversed', objectType: 'voucher', objectId: id, objectName: nameOf(before), after, reason: body.reason,
        }); // biome-ignore format: one record
        return after;
      },
      { idempotency: options.idempotency },
    );
  }

  /** Only a draft. */
  delete(id: string, options: ChangeOptions): Promise<void> {
    return this.transaction.run(async (tx) => {
      const { voucher, before } = await this.read(tx, id, options.ifMatch);
      if (voucher.status !== 'draft')
        throw ruleBroken('voucher_posted', 'A posted voucher is not deleted, but cancelled or reversed.');
      await deleteLines(tx, id);
      await tx.query('DELETE FROM vouchers WHERE id = ?', [id]);
      await this.editLog.record(tx, options.actor, { action: 'deleted', objectType: 'voucher', objectId: id, before });
    });
  }

  private change(
    id: string,
    options: ChangeOptions,
    work: (change: Change) => Promise<{ action: string; reason?: string }>,
  ): Promise<VoucherDto> {
    return this.transaction.run(
      async (tx) => {
        const change = await this.read(tx, id, options.ifMatch);
        const { action, reason } = await work(change);
        const after = await this.readVouchers.one(id, tx);
        await this.editLog.record(tx, options.actor, {
          action, reason, objectType: 'voucher', objectId: id, objectName: nameOf(after), before: change.before, after,
        }); // biome-ignore format: one record
        return after;
      },
      { idempotency: options.idempotency },
    );
  }

  private async read(tx: EntityManager, id: string, ifMatch?: string): Promise<Change> {
    const voucher = /^\d{1,20}$/.test(id)
      ? await tx.findOne(Voucher, { where: { id }, lock: { mode: 'pessimistic_write' } })
      : null;
    if (!voucher) throw notFound('voucher', id, 'voucher_not_found');
    if (voucher.isOpening)
      throw ruleBroken('opening_voucher', 'An opening balance is changed at its ledger, not as a voucher.');
    assertIfMatch(ifMatch, voucher.version);
    return { tx, voucher, before: await this.readVouchers.one(id, tx), settings: await this.settings.get(tx) };
  }
}

const nameOf = ({ voucher_type, number }: VoucherDto) => `${voucher_type} ${number ?? ''}`.trim();

function assertNotCancelled(voucher: Voucher): void {
  if (voucher.status === 'cancelled')
    throw conflict('voucher_already_cancelled', 'The voucher is cancelled and stays so.');
}

async function deleteLines(tx: EntityManager, voucherId: string): Promise<void> {
  await tx.query('DELETE FROM bill_allocations WHERE voucher_id = ?', [voucherId]);
  await tx.query('DELETE FROM entries WHERE voucher_id = ?', [voucherId]);
}

async function isManual(tx: EntityManager, { voucherTypeId }: Voucher): Promise<boolean> {
  const [type] = await tx.query("SELECT 1 AS found FROM voucher_types WHERE id = ? AND numbering = 'manual'", [
    voucherTypeId,
  ]);
  return type !== undefined;
}

/** A stored voucher as the body that would store it. */
const bodyOf = (voucher: VoucherDto): VoucherBodyDto => ({
  voucher_type: voucher.voucher_type_id,
  date: voucher.date,
  number: voucher.number,
  narration: voucher.narration,
  reference: voucher.reference,
  entries: voucher.entries.map((entry) => ({
    ledger_id: entry.ledger_id,
    debit: entry.debit,
    credit: entry.credit,
    narration: entry.narration,
    bills: entry.bills.map((bill) => ({
      type: bill.type as never,
      name: bill.name === '' ? undefined : bill.name,
      amount: bill.amount,
      due_date: bill.due_date,
    })),
  })),
});

function mirror(
  voucher: VoucherDto,
  { date, number, reason, lock_override_reason }: ReverseVoucherDto,
): VoucherBodyDto {
  const body = bodyOf(voucher);
  return {
    ...body,
    date: date ?? voucher.date,
    number,
    narration: `Reversal of ${nameOf(voucher)} of ${voucher.date}${reason ? `: ${reason}` : ''}`.slice(0, 1000),
    lock_override_reason,
    entries: body.entries.map((entry) => ({ ...entry, debit: entry.credit, credit: entry.debit })),
  };
}
