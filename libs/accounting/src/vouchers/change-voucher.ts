import { type Actor, assertIfMatch, conflict, type IdempotencyRequest, notFound, ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog, type EditLogChange } from '../edit-log/edit-log.js';
import { stockBody } from '../stock/stored-stock.js';
import { ReadVouchers } from './read-vouchers.js';
import type { VoucherDto } from './voucher.dto.js';
import type { VoucherBodyDto } from './voucher-body.dto.js';
import { Voucher } from './voucher.entity.js';
import { nameOf } from './voucher-answer.js';
import { assertTypeAllowed } from './voucher-types.js';

export interface ChangeOptions {
  actor: Actor;
  mayOverrideLock: boolean;
  ifMatch?: string;
  idempotency?: IdempotencyRequest;
  /** answers what would be, and changes nothing */
  dryRun?: boolean;
}

/** A stored voucher whose row is locked until the transaction ends. */
export interface OpenedVoucher {
  tx: EntityManager;
  voucher: Voucher;
  before: VoucherDto;
  settings: CompanySettings;
}

/** What all changes of a stored voucher have in common: one transaction, the voucher locked, the change in the edit log. */
@Injectable()
export class ChangeVoucher {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly readVouchers: ReadVouchers,
    private readonly editLog: EditLog,
  ) {}

  /**
   * Changes a voucher and answers it as it is then.
   * @throws DomainError 404 `voucher_not_found`, 412 `stale`, 422 `opening_voucher`, and what work throws
   */
  change(
    id: string,
    options: ChangeOptions,
    work: (opened: OpenedVoucher) => Promise<{ action: string; reason?: string | null }>,
  ): Promise<VoucherDto> {
    return this.run(id, options, async (opened) => {
      const { action, reason } = await work(opened);
      const after = await this.readVouchers.one(id, opened.tx);
      await this.record(opened.tx, options.actor, [
        { action, objectType: 'voucher', objectId: id, objectName: nameOf(after), before: opened.before, after, reason: reason ?? undefined },
      ]); // biome-ignore format: one record
      return after;
    });
  }

  /** The same without the record: work writes its own. */
  run<T>(id: string, options: ChangeOptions, work: (opened: OpenedVoucher) => Promise<T>): Promise<T> {
    const openAllowed = async (tx: EntityManager) => {
      const opened = await this.open(tx, id, options.ifMatch);
      const { voucher_type_id: typeId, voucher_type: typeName } = opened.before;
      assertTypeAllowed(options.actor, typeId, typeName);
      return opened;
    };
    return this.transaction.run(async (tx) => work(await openAllowed(tx)), {
      idempotency: options.idempotency,
      dryRun: options.dryRun,
    });
  }

  record(tx: EntityManager, actor: Actor, changes: readonly EditLogChange[]): Promise<void> {
    return this.editLog.recordMany(tx, actor, changes);
  }

  /** That a voucher is reversed, once the reversal that waited as a draft is posted. */
  async recordReversal(tx: EntityManager, actor: Actor, { id, reversalOfId }: Voucher): Promise<void> {
    if (reversalOfId === null) return;
    const original = await this.readVouchers.one(reversalOfId, tx);
    await this.record(tx, actor, [
      {
        action: 'reversed',
        objectType: 'voucher',
        objectId: reversalOfId,
        objectName: nameOf(original),
        after: { reversed_by_id: id },
      },
    ]);
  }

  /** Locks a stored voucher within a transaction that is under way. */
  async open(tx: EntityManager, id: string, ifMatch?: string): Promise<OpenedVoucher> {
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

/** @throws DomainError 409 `voucher_already_cancelled` */
export function assertNotCancelled({ status }: Voucher): void {
  if (status === 'cancelled') throw conflict('voucher_already_cancelled', 'The voucher is cancelled and stays so.');
}

/** @throws DomainError 409 `voucher_submitted` */
export function assertNotSubmitted({ status }: Pick<VoucherDto, 'status'>): void {
  if (status === 'submitted')
    throw conflict(
      'voucher_submitted',
      'The voucher waits for approval and stays as it was submitted; withdraw it, or have it rejected, to change it.',
    );
}

export async function deleteLines(tx: EntityManager, voucherId: string): Promise<void> {
  await tx.query('DELETE FROM bill_allocations WHERE voucher_id = ?', [voucherId]);
  await tx.query('DELETE FROM entries WHERE voucher_id = ?', [voucherId]);
  await tx.query('DELETE FROM stock_movements WHERE voucher_id = ?', [voucherId]);
}

/** A stored voucher as the body that would store it. */
export const bodyOf = (voucher: VoucherDto): VoucherBodyDto => ({
  voucher_type: voucher.voucher_type_id,
  date: voucher.date,
  number: voucher.number,
  narration: voucher.narration,
  reference: voucher.reference,
  stock: stockBody(voucher.stock),
  entries: voucher.entries.map((entry) => ({
    ledger_id: entry.ledger_id,
    debit: entry.debit,
    credit: entry.credit,
    narration: entry.narration,
    bills: entry.bills.map((bill) => ({
      type: bill.type,
      name: bill.name === '' ? undefined : bill.name,
      amount: bill.amount,
      due_date: bill.due_date,
    })),
    foreign: entry.foreign,
    cost_centres: entry.cost_centres.map(({ cost_centre_id, amount }) => ({ cost_centre_id, amount })),
  })),
});
