import { type Actor, conflict, type IdempotencyRequest, newId, notFound, ruleBroken, todayIn } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { CompanySettingsRow } from '../company/company-settings.entity.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { type FinancialYear, financialYearsBetween } from '../periods/financial-year.js';
import { closingType, createdBy, insertDrafts, postDrafts } from '../vouchers/voucher-store.js';
import { closingLines } from './closing-entries.js';

/** Stands with a closing voucher: the day that it is dated on is usually locked long before. */
export const YEAR_END = 'year-end';

export interface CloseYearRequest {
  /** first day of the year */
  start: string;
  transferToLedgerId?: string;
  reason?: string;
  idempotency?: IdempotencyRequest;
}

/**
 * Closes a financial year: a voucher on its last day brings income and expense to *Profit & Loss A/c* or a ledger of
 * retained earnings, and nothing up to that day is changed any more. Years are closed in their order.
 */
@Injectable()
export class CloseYear {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly editLog: EditLog,
  ) {}

  /**
   * @throws DomainError 404 `financial_year_not_found`; 409 `year_already_closed`; 422 `year_not_over`,
   *   `earlier_year_open`, `ledger_not_found`, `ledger_not_equity`
   */
  close({ start, transferToLedgerId, reason, idempotency }: CloseYearRequest, actor: Actor): Promise<null> {
    return this.transaction.run(
      async (tx) => {
        // nobody posts by the old settings any more when this lock is held
        const settings = await this.settings.lock(tx);
        const year = yearToClose(settings, start);
        const target = await findTarget(tx, transferToLedgerId);
        const voucherId = await writeVoucher(tx, year, { target, settings, actor });
        await tx.query(
          `INSERT INTO financial_years (id, name, start_date, end_date, status, closing_voucher_id) VALUES (?, ?, ?, ?, 'closed', ?)
             ON DUPLICATE KEY UPDATE end_date = VALUES(end_date), status = 'closed', closing_voucher_id = VALUES(closing_voucher_id)`,
          [newId(), year.name, year.start, year.end, voucherId],
        );
        await tx.update(CompanySettingsRow, 1, { closed_until: year.end, version: settings.version + 1 });
        await this.editLog.record(tx, actor, {
          action: 'closed',
          objectType: 'financial_year',
          objectId: year.start,
          objectName: year.name,
          before: { status: 'open' },
          after: { status: 'closed', closing_voucher_id: voucherId, transferred_to: target.name },
          reason,
        });
        return null;
      },
      { idempotency },
    );
  }
}

function yearToClose(settings: CompanySettings, start: string): FinancialYear {
  const { booksBegin, financialYearStart, closedUntil, timeZone } = settings;
  const today = todayIn(timeZone);
  const years = financialYearsBetween(booksBegin, today, financialYearStart);
  const year = years.find((candidate) => candidate.start === start);
  if (!year) throw notFound('financial year', start, 'financial_year_not_found');
  if (closedUntil !== null && year.end <= closedUntil)
    throw conflict('year_already_closed', `The financial year ${year.name} is closed already.`);
  if (year.end >= today)
    throw ruleBroken('year_not_over', `The financial year ${year.name} ends on ${year.end}; close it after that.`);
  const next = years.find(({ end }) => closedUntil === null || end > closedUntil)!;
  if (next.start !== year.start)
    throw ruleBroken('earlier_year_open', `Years are closed in their order; ${next.name} is the next to close.`);
  return year;
}

async function findTarget(tx: EntityManager, id: string | undefined): Promise<{ id: string; name: string }> {
  const [ledger]: { id: string; name: string; nature: string }[] = await tx.query(
    `SELECT l.id, l.name, g.nature FROM ledgers l JOIN account_groups g ON g.id = l.group_id
     WHERE ${id === undefined ? 'l.reserved_code = ?' : 'l.id = ?'} LOCK IN SHARE MODE`,
    [id ?? 'profit_and_loss'],
  );
  const field = 'transfer_to_ledger_id';
  if (!ledger)
    throw ruleBroken('ledger_not_found', `There is no ledger ${id}.`, [{ field, message: 'is not a ledger' }]);
  if (id !== undefined && ledger.nature !== 'equity')
    throw ruleBroken('ledger_not_equity', `The result of a year goes to a ledger of equity; ${ledger.name} is none.`, [
      { field, message: 'is not of equity' },
    ]);
  return ledger;
}

/** @returns the closing voucher's id; null when there was nothing to close */
async function writeVoucher(
  tx: EntityManager,
  year: FinancialYear,
  { target, settings, actor }: { target: { id: string; name: string }; settings: CompanySettings; actor: Actor },
): Promise<string | null> {
  const { lines, total } = await closingLines(tx, { booksBegin: settings.booksBegin, yearEnd: year.end }, target);
  if (lines.length === 0) return null;
  const written = {
    id: newId(),
    createdBy: createdBy(actor),
    voucher: {
      type: await closingType(tx),
      date: year.end,
      number: null,
      narration: `Closing of the financial year ${year.name}`,
      reference: '',
      affectsBooks: true,
      isOpening: false,
      total,
      lockOverrideReason: YEAR_END,
      path: '',
      lines,
    },
  };
  const at = new Date();
  await insertDrafts(tx, [written], { at });
  await postDrafts(tx, [written], { ...settings, at });
  return written.id;
}
