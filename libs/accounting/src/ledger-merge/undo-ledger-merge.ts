import { conflict, Decimal, readJson } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Ledger } from '../chart/ledger.entity.js';
import { OpeningBalance } from '../chart/opening-balance.js';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { ReadVouchers } from '../vouchers/read-vouchers.js';
import type { LedgerMergeDto, UndoLedgerMergeDto } from './ledger-merge.dto.js';
import { lockBoth, lockReason, type MergeOptions, recordAltered } from './merge-ledgers.js';
import { moveOpening } from './merge-opening.js';
import { readMerge } from './read-ledger-merges.js';
import { repointVouchers } from './repoint-vouchers.js';

const VOUCHERS_AT_ONCE = 100;

interface Changed {
  id: string;
  date: string;
  number: string | null;
  status: string;
  version: number;
  merged_version: number;
  line_nos: string | number[];
}

/** Brings back what a merge moved, as long as none of its vouchers was altered since; cancelled ones stay as they are. */
@Injectable()
export class UndoLedgerMerge {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly readVouchers: ReadVouchers,
    private readonly openings: OpeningBalance,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 404 `ledger_merge_not_found`; 409 `merge_undone`, `merge_changed`; 422 `period_locked`, `year_closed` */
  undo(id: string, body: UndoLedgerMergeDto, options: MergeOptions): Promise<LedgerMergeDto> {
    return this.transaction.run((tx) => this.within(tx, id, body, options), { idempotency: options.idempotency });
  }

  private async within(tx: EntityManager, id: string, body: UndoLedgerMergeDto, options: MergeOptions) {
    const before = await readMerge(tx, id);
    const settings = await this.settings.get(tx);
    const { from, into } = await lockBoth(tx, before.from_ledger_id, before.into_ledger_id);
    const [row]: { status: string; opening: string; was_active: number }[] = await tx.query(
      'SELECT status, opening, was_active FROM ledger_merges WHERE id = ? FOR UPDATE',
      [id],
    );
    if (row!.status === 'undone') throw conflict('merge_undone', 'The merge was undone already.');
    const changed = await changedBy(tx, id);
    const reason = lockReason(changed, settings, { ...options, reason: body.lock_override_reason });
    for (let first = 0; first < changed.length; first += VOUCHERS_AT_ONCE) {
      const some = changed.slice(first, first + VOUCHERS_AT_ONCE);
      const lineNos = new Map(some.map((one) => [one.id, readJson<number[]>(one.line_nos)]));
      const vouchers = await this.readVouchers.byIds(
        some.map((one) => one.id),
        { tx },
      );
      await repointVouchers(
        tx,
        vouchers.map((voucher) => ({ voucher, ledgerId: from.id, lineNos: lineNos.get(voucher.id)! })),
        reason,
      );
      await recordAltered(tx, vouchers, {
        editLog: this.editLog,
        readVouchers: this.readVouchers,
        actor: options.actor,
        reason: `The merge of ${from.name} into ${into.name} is undone`,
      });
    }
    const amount = new Decimal(row!.opening);
    await moveOpening(
      tx,
      { from: into, into: from, amount },
      { openings: this.openings, digits: settings.currencyDigits, actor: options.actor },
    );
    await tx.query("UPDATE ledger_merges SET status = 'undone' WHERE id = ?", [id]);
    await tx.update(Ledger, from.id, { isActive: Boolean(row!.was_active), version: from.version + 1 });
    await tx.update(Ledger, into.id, { version: into.version + 1 });
    const after = await readMerge(tx, id);
    await this.editLog.recordMany(tx, options.actor, [
      {
        action: 'merge_undone',
        objectType: 'ledger',
        objectId: from.id,
        objectName: from.name,
        before,
        after,
        reason: body.reason,
      },
      {
        action: 'merge_undone',
        objectType: 'ledger',
        objectId: into.id,
        objectName: into.name,
        before,
        after,
        reason: body.reason,
      },
    ]);
    return after;
  }
}

/** The vouchers to bring back, locked. */
async function changedBy(tx: EntityManager, mergeId: string): Promise<Changed[]> {
  const all: Changed[] = await tx.query(
    `SELECT v.id, v.date, v.number, v.status, v.version, m.version AS merged_version, m.line_nos
     FROM ledger_merge_vouchers m JOIN vouchers v ON v.id = m.voucher_id WHERE m.merge_id = ? ORDER BY v.id FOR UPDATE`,
    [mergeId],
  );
  const standing = all.filter(({ status }) => status !== 'cancelled');
  // the sum of both would no longer be told apart
  const altered = standing.filter(({ version, merged_version }) => version !== merged_version);
  if (altered.length > 0)
    throw conflict(
      'merge_changed',
      `${altered.length === 1 ? 'A voucher was' : `${altered.length} vouchers were`} altered since the merge (${altered[0]!.number ?? 'a draft'} of ${altered[0]!.date}); move the lines by altering the vouchers.`,
    );
  return standing;
}
