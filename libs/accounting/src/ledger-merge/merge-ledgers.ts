import { type Actor, conflict, type IdempotencyRequest, newId, notFound, ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Ledger } from '../chart/ledger.entity.js';
import { OpeningBalance } from '../chart/opening-balance.js';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { ReadVouchers } from '../vouchers/read-vouchers.js';
import { assertDate, nameOf } from '../vouchers/voucher-store.js';
import type { LedgerMergeDto, MergeLedgersDto } from './ledger-merge.dto.js';
import { moveOpening, openingOf } from './merge-opening.js';
import { readMerge } from './read-ledger-merges.js';
import { type Repointing, repointVouchers } from './repoint-vouchers.js';

/** Vouchers that one merge changes: it is one transaction. */
export const MERGE_VOUCHERS_MAX = 20_000;
const VOUCHERS_AT_ONCE = 100;

/** They carry the difference of openings and the results of years: never merged, in either direction. */
const NEVER = new Set(['profit_and_loss', 'opening_difference']);

export interface MergeOptions {
  actor: Actor;
  mayOverrideLock: boolean;
  idempotency?: IdempotencyRequest;
}

/**
 * Brings everything of one ledger into another: each voucher gets a new version in which its lines stand in the ledger
 * that stays; numbers, dates and amounts are kept, and the edit log has every one of them. The merged ledger stays, not
 * active, for what was cancelled and for what was known before.
 */
@Injectable()
export class MergeLedgers {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly readVouchers: ReadVouchers,
    private readonly openings: OpeningBalance,
    private readonly editLog: EditLog,
  ) {}

  /**
   * @throws DomainError 404; 409 `bill_name_taken`; 422 `ledgers_same`, `reserved`, `group_nature`, `ledger_bills`,
   *   `ledger_reconciled`, `merge_too_large`, `period_locked`, `year_closed`
   */
  merge(fromId: string, body: MergeLedgersDto, options: MergeOptions): Promise<LedgerMergeDto> {
    return this.transaction.run((tx) => this.within(tx, fromId, body, options), { idempotency: options.idempotency });
  }

  private async within(tx: EntityManager, fromId: string, body: MergeLedgersDto, options: MergeOptions) {
    const settings = await this.settings.get(tx);
    const { from, into } = await lockBoth(tx, fromId, body.into_ledger_id);
    await assertMergeable(tx, from, into);
    const found = await vouchersOf(tx, from.id);
    const reason = lockReason(found, settings, { ...options, reason: body.lock_override_reason });
    const opening = await openingOf(tx, from);
    const mergeId = newId();
    await tx.query(
      'INSERT INTO ledger_merges (id, from_ledger_id, into_ledger_id, opening, was_active, reason) VALUES (?, ?, ?, ?, ?, ?)',
      [mergeId, from.id, into.id, opening.toFixed(), from.isActive, body.reason ?? ''],
    );
    for (let first = 0; first < found.length; first += VOUCHERS_AT_ONCE)
      await this.repoint(tx, found.slice(first, first + VOUCHERS_AT_ONCE), {
        mergeId,
        from,
        into,
        reason,
        actor: options.actor,
      });
    await moveOpening(
      tx,
      { from, into, amount: opening },
      { openings: this.openings, digits: settings.currencyDigits, actor: options.actor },
    );
    await tx.update(Ledger, from.id, { isActive: false, version: from.version + 1 });
    await tx.update(Ledger, into.id, { version: into.version + 1 });
    const merge = await readMerge(tx, mergeId);
    await this.editLog.recordMany(tx, options.actor, [
      {
        action: 'merged',
        objectType: 'ledger',
        objectId: from.id,
        objectName: from.name,
        after: merge,
        reason: body.reason,
      },
      {
        action: 'merged_into',
        objectType: 'ledger',
        objectId: into.id,
        objectName: into.name,
        after: merge,
        reason: body.reason,
      },
    ]);
    return merge;
  }

  private async repoint(
    tx: EntityManager,
    ids: readonly { id: string }[],
    {
      mergeId,
      from,
      into,
      reason,
      actor,
    }: { mergeId: string; from: Ledger; into: Ledger; reason: string | null; actor: Actor },
  ): Promise<void> {
    const before = await this.readVouchers.byIds(
      ids.map(({ id }) => id),
      { tx },
    );
    const repointings: Repointing[] = before.map((voucher) => ({
      voucher,
      ledgerId: into.id,
      lineNos: voucher.entries.flatMap((entry, index) => (entry.ledger_id === from.id ? [index + 1] : [])),
    }));
    await repointVouchers(tx, repointings, reason);
    await tx.query('INSERT INTO ledger_merge_vouchers (merge_id, voucher_id, version, line_nos) VALUES ?', [
      repointings.map(({ voucher, lineNos }) => [mergeId, voucher.id, voucher.version + 1, JSON.stringify(lineNos)]),
    ]);
    await recordAltered(tx, before, {
      editLog: this.editLog,
      readVouchers: this.readVouchers,
      actor,
      reason: `The ledger ${from.name} is merged into ${into.name}`,
    });
  }
}

/** Each voucher that a merge or its undoing changed, as it was and as it is. */
export async function recordAltered(
  tx: EntityManager,
  before: Awaited<ReturnType<ReadVouchers['byIds']>>,
  {
    editLog,
    readVouchers,
    actor,
    reason,
  }: { editLog: EditLog; readVouchers: ReadVouchers; actor: Actor; reason: string },
): Promise<void> {
  const after = await readVouchers.byIds(
    before.map(({ id }) => id),
    { tx },
  );
  await editLog.recordMany(
    tx,
    actor,
    before.map((voucher, index) => ({
      action: voucher.status === 'posted' ? 'altered' : 'updated',
      objectType: 'voucher',
      objectId: voucher.id,
      objectName: nameOf(voucher),
      before: voucher,
      after: after[index],
      reason: reason.slice(0, 500),
    })),
  );
}

/** The reason to keep with what is dated in a locked period; null when nothing is. */
export function lockReason(
  vouchers: readonly { date: string }[],
  settings: CompanySettings,
  { mayOverrideLock, reason }: { mayOverrideLock: boolean; reason?: string },
): string | null {
  const first = vouchers.map(({ date }) => date).sort()[0];
  return first === undefined
    ? null
    : assertDate(first, { settings, mayOverrideLock, reason, field: 'lock_override_reason' });
}

/** Both at once, always in the same order; nobody posts to either before this transaction ends. */
export async function lockBoth(
  tx: EntityManager,
  fromId: string,
  intoId: string,
): Promise<{ from: Ledger; into: Ledger }> {
  if (fromId === intoId)
    throw ruleBroken('ledgers_same', 'A ledger is not merged into itself.', [
      { field: 'into_ledger_id', message: 'is the ledger itself' },
    ]);
  const ids = [fromId, intoId].filter((id) => /^\d{1,20}$/.test(id)).sort();
  const ledgers = new Map<string, Ledger>();
  for (const id of ids) {
    const ledger = await tx.findOne(Ledger, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (ledger) ledgers.set(id, ledger);
  }
  const [from, into] = [ledgers.get(fromId), ledgers.get(intoId)];
  if (!from) throw notFound('ledger', fromId, 'ledger_not_found');
  if (!into)
    throw ruleBroken('ledger_not_found', `There is no ledger ${JSON.stringify(intoId)}.`, [
      { field: 'into_ledger_id', message: 'is not a ledger of this company' },
    ]);
  return { from, into };
}

async function assertMergeable(tx: EntityManager, from: Ledger, into: Ledger): Promise<void> {
  if (from.isReserved || NEVER.has(into.reservedCode ?? ''))
    throw ruleBroken(
      'reserved',
      `The ledger ${from.isReserved ? from.name : into.name} belongs to every company and is not merged.`,
    );
  const natures: { nature: string }[] = await tx.query(
    'SELECT DISTINCT g.nature FROM ledgers l JOIN account_groups g ON g.id = l.group_id WHERE l.id IN (?)',
    [[from.id, into.id]],
  );
  if (natures.length > 1)
    throw ruleBroken(
      'group_nature',
      `${from.name} and ${into.name} stand in groups of different nature; reports of the past would change.`,
    );
  if (from.billByBill !== into.billByBill)
    throw ruleBroken('ledger_bills', `One of ${from.name} and ${into.name} is kept bill by bill, the other is not.`);
  const [bank] = await tx.query(
    'SELECT 1 AS used FROM bank_statements WHERE ledger_id = ? UNION ALL SELECT 1 FROM bank_matches WHERE ledger_id = ? LIMIT 1',
    [from.id, from.id],
  );
  if (bank)
    throw ruleBroken('ledger_reconciled', `The ledger ${from.name} has bank statements, which belong to it alone.`);
  const [open]: { name: string }[] = await tx.query(
    `SELECT a.name FROM
       (SELECT name FROM bill_allocations WHERE ledger_id = ? AND in_books = 1 AND name <> '' GROUP BY name HAVING SUM(debit - credit) <> 0) a
       JOIN (SELECT name FROM bill_allocations WHERE ledger_id = ? AND in_books = 1 AND name <> '' GROUP BY name HAVING SUM(debit - credit) <> 0) b
       ON b.name = a.name LIMIT 1`,
    [from.id, into.id],
  );
  if (open)
    throw conflict(
      'bill_name_taken',
      `The reference ${open.name} is open in ${from.name} and in ${into.name}; settle or rename one of them first.`,
    );
}

async function vouchersOf(tx: EntityManager, ledgerId: string): Promise<{ id: string; date: string }[]> {
  const found: { id: string; date: string }[] = await tx.query(
    `SELECT v.id, v.date FROM vouchers v WHERE v.status <> 'cancelled' AND v.is_opening = 0 AND v.id IN (
       SELECT e.voucher_id FROM entries e WHERE e.ledger_id = ?)
     AND EXISTS (SELECT 1 FROM entries c WHERE c.voucher_id = v.id AND c.voucher_version = v.version AND c.ledger_id = ?)
     ORDER BY v.id LIMIT ? FOR UPDATE`,
    [ledgerId, ledgerId, MERGE_VOUCHERS_MAX + 1],
  );
  if (found.length > MERGE_VOUCHERS_MAX)
    throw ruleBroken(
      'merge_too_large',
      `The ledger has more than ${MERGE_VOUCHERS_MAX} vouchers, more than one merge changes; make it inactive and move its balance by a voucher.`,
    );
  return found;
}
