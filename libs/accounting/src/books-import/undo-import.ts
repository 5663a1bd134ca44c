import { type Actor, DomainError, ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ManageGroups } from '../chart/manage-groups.js';
import { ManageLedgers } from '../chart/manage-ledgers.js';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { ManageCostCentres } from '../cost-centres/manage-cost-centres.js';
import { EditLog, type EditLogChange } from '../edit-log/edit-log.js';
import { assertNotSubmitted, deleteLines } from '../vouchers/change-voucher.js';
import { ManageVoucherTypes } from '../vouchers/manage-voucher-types.js';
import { ReadVouchers } from '../vouchers/read-vouchers.js';
import type { VoucherDto } from '../vouchers/voucher.dto.js';
import { nameOf } from '../vouchers/voucher-answer.js';
import { assertDate } from '../vouchers/voucher-date.js';
import { assertTypeAllowed } from '../vouchers/voucher-types.js';
import { lastDone, markRows, type OpenedImport, openImport, type RowOutcome, type StoredRow } from './import-store.js';

const ROWS_AT_ONCE = 100;
const INACTIVE = { is_active: false };
const NO_OPENING = { opening_balance: null };

/**
 * Takes an import back, the last of it first and one bounded step at a time: vouchers are cancelled (drafts go), openings
 * taken away, masters deleted, or made inactive where cancelled vouchers still name them.
 */
@Injectable()
export class UndoImport {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly readVouchers: ReadVouchers,
    private readonly groups: ManageGroups,
    private readonly ledgers: ManageLedgers,
    private readonly types: ManageVoucherTypes,
    private readonly centres: ManageCostCentres,
    private readonly editLog: EditLog,
  ) {}

  /** @returns whether there is more to do */
  async step(id: string): Promise<boolean> {
    return this.transaction.run(async (tx) => {
      const opened = await openImport(tx, id);
      if (opened.status !== 'undoing') return false;
      const rows = await lastDone(tx, id, ROWS_AT_ONCE);
      if (rows.length === 0) await this.finish(tx, opened);
      else if (rows[0]!.kind === 'voucher') await markRows(tx, id, await this.takeVouchers(tx, rows, opened));
      else await markRows(tx, id, await this.takeMasters(tx, rows, opened.actor!));
      return rows.length > 0;
    });
  }

  private async takeVouchers(
    tx: EntityManager,
    rows: readonly StoredRow[],
    { actor, undoReason }: OpenedImport,
  ): Promise<RowOutcome[]> {
    const ids = rows.flatMap(({ objectId }) => objectId ?? []);
    await tx.query('SELECT id FROM vouchers WHERE id IN (?) ORDER BY id FOR UPDATE', [ids]);
    const settings = await this.settings.get(tx);
    const before = await this.readVouchers.byIds(ids, { tx });
    const refused = new Map<string, DomainError>();
    for (const voucher of before) {
      const refusal = refusalOf(voucher, { settings, actor: actor! });
      if (refusal) refused.set(voucher.id, refusal);
    }
    const free = before.filter(({ id }) => !refused.has(id));
    const drafts = free.filter(({ status }) => status === 'draft');
    const posted = free.filter(({ status }) => status === 'posted').map(({ id }) => id);
    for (const { id } of drafts) {
      await deleteLines(tx, id);
      await tx.query('DELETE FROM vouchers WHERE id = ?', [id]);
    }
    if (posted.length > 0)
      await tx.query(
        "UPDATE vouchers SET status = 'cancelled', cancel_reason = ?, cancelled_at = CURRENT_TIMESTAMP(6) WHERE id IN (?)",
        [undoReason, posted],
      );
    const after = new Map((await this.readVouchers.byIds(posted, { tx })).map((voucher) => [voucher.id, voucher]));
    await this.editLog.recordMany(tx, actor!, [
      ...drafts.map((voucher) => changeOf('deleted', voucher)),
      ...free.flatMap((voucher) => {
        const now = after.get(voucher.id);
        return now ? [{ ...changeOf('cancelled', voucher), after: now, reason: undoReason ?? undefined }] : [];
      }),
    ]);
    const taken = ids.filter((id) => !refused.has(id));
    if (taken.length > 0) await tx.query('DELETE FROM imported_vouchers WHERE voucher_id IN (?)', [taken]);
    return rows.map(({ seq, objectId }) => {
      const refusal = refused.get(objectId ?? '');
      return refusal
        ? { seq, status: 'kept', code: refusal.code, message: refusal.message }
        : { seq, status: 'undone' };
    });
  }

  private async takeMasters(tx: EntityManager, rows: readonly StoredRow[], actor: Actor): Promise<RowOutcome[]> {
    const outcomes: RowOutcome[] = [];
    for (const row of rows) outcomes.push(await this.takeMaster(tx, row, actor));
    return outcomes;
  }

  private async takeMaster(tx: EntityManager, row: StoredRow, actor: Actor): Promise<RowOutcome> {
    try {
      await this.remove(tx, row, actor);
      return { seq: row.seq, status: 'undone' };
    } catch (error) {
      if (!(error instanceof DomainError) || error.status >= 500) throw error;
      if (error.status === 404) return { seq: row.seq, status: 'undone' };
      await this.putAway(tx, row, actor);
      return { seq: row.seq, status: 'kept', code: error.code, message: error.message };
    }
  }

  private async remove(tx: EntityManager, { kind, objectId, name }: StoredRow, actor: Actor): Promise<void> {
    const id = objectId!;
    switch (kind) {
      case 'group':
        return this.groups.deleteWithin(tx, id, actor);
      case 'ledger':
        return this.ledgers.deleteWithin(tx, id, actor);
      case 'opening':
        await this.ledgers.updateWithin(tx, id, { body: NO_OPENING, actor });
        return;
      case 'voucher_type':
        return this.types.deleteWithin(tx, id, actor);
      case 'cost_category':
        return this.centres.deleteCategoryWithin(tx, id, actor);
      case 'cost_centre':
        return this.centres.deleteWithin(tx, id, actor);
      default:
        throw new Error(`${kind} ${name} is no master`);
    }
  }

  /** What cancelled vouchers name stays, and takes no new ones. */
  private async putAway(tx: EntityManager, { kind, objectId }: StoredRow, actor: Actor): Promise<void> {
    const id = objectId!;
    if (kind === 'ledger' && !(await inUse(tx, ACTIVE_ENTRIES, id)))
      await this.ledgers.updateWithin(tx, id, { body: INACTIVE, actor });
    if (kind === 'voucher_type' && !(await inUse(tx, ACTIVE_VOUCHERS, id)))
      await this.types.updateWithin(tx, id, { body: INACTIVE, actor });
    if (kind === 'cost_centre' && !(await inUse(tx, ACTIVE_COSTS, id)))
      await this.centres.updateWithin(tx, id, { body: INACTIVE, actor });
  }

  private async finish(tx: EntityManager, { id, fileName, actor, undoReason }: OpenedImport): Promise<void> {
    await tx.query("UPDATE book_imports SET status = 'undone', finished_at = CURRENT_TIMESTAMP(6) WHERE id = ?", [id]);
    await this.editLog.record(tx, actor!, {
      action: 'undone',
      objectType: 'book_import',
      objectId: id,
      objectName: fileName,
      reason: undoReason ?? undefined,
      after: { status: 'undone' },
    });
  }
}

const ACTIVE_ENTRIES = `SELECT 1 FROM entries e JOIN vouchers v ON v.id = e.voucher_id AND v.version = e.voucher_version
  WHERE e.ledger_id = ? AND v.status <> 'cancelled' LIMIT 1`;
const ACTIVE_VOUCHERS = "SELECT 1 FROM vouchers WHERE voucher_type_id = ? AND status <> 'cancelled' LIMIT 1";
const ACTIVE_COSTS = `SELECT 1 FROM cost_allocations a JOIN vouchers v ON v.id = a.voucher_id AND v.version = a.voucher_version
  WHERE a.cost_centre_id = ? AND v.status <> 'cancelled' LIMIT 1`;

const inUse = async (tx: EntityManager, sql: string, id: string): Promise<boolean> =>
  (await tx.query(sql, [id])).length > 0;

/** Why a voucher cannot be taken back; null when it can. */
function refusalOf(
  voucher: VoucherDto,
  { settings, actor }: { settings: CompanySettings; actor: Actor },
): DomainError | null {
  if (voucher.status === 'cancelled') return null;
  try {
    assertNotSubmitted(voucher);
    assertTypeAllowed(actor, voucher.voucher_type_id, voucher.voucher_type);
    assertDate(voucher.date, { settings, mayOverrideLock: false, field: 'date' });
    if (voucher.reversed_by_id)
      throw ruleBroken(
        'voucher_already_reversed',
        `It was reversed by ${voucher.reversed_by_id}; cancel that one first.`,
      );
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

const changeOf = (action: string, voucher: VoucherDto): EditLogChange => ({
  action,
  objectType: 'voucher',
  objectId: voucher.id,
  objectName: nameOf(voucher),
  before: voucher,
});
