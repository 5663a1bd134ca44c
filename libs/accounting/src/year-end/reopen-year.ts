import { type Actor, addDays, conflict, type IdempotencyRequest, notFound, ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanySettingsRow } from '../company/company-settings.entity.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { YEAR_END } from './close-year.js';

export interface ReopenYearRequest {
  /** first day of the year */
  start: string;
  reason: string;
  idempotency?: IdempotencyRequest;
}

interface YearRow {
  name: string;
  end_date: string;
  status: 'open' | 'closed';
  closing_voucher_id: string | null;
}

/** Undoes the closing of the year that was closed last: its voucher is cancelled, and everything stands as before. */
@Injectable()
export class ReopenYear {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 404 `financial_year_not_found`; 409 `year_not_closed`; 422 `later_year_closed` */
  reopen({ start, reason, idempotency }: ReopenYearRequest, actor: Actor): Promise<null> {
    return this.transaction.run(
      async (tx) => {
        const settings = await this.settings.lock(tx);
        const [year]: YearRow[] = await tx.query(
          'SELECT name, end_date, status, closing_voucher_id FROM financial_years WHERE start_date = ? FOR UPDATE',
          [start],
        );
        if (!year) throw notFound('financial year', start, 'financial_year_not_found');
        if (year.status === 'open') throw conflict('year_not_closed', `The financial year ${year.name} is open.`);
        if (year.end_date !== settings.closedUntil)
          throw ruleBroken(
            'later_year_closed',
            `Years are reopened from the last to the first; the years up to ${settings.closedUntil} are closed.`,
          );
        // the year before is closed, or the books begin with this one
        const before = start <= settings.booksBegin ? null : addDays(start, -1);
        await tx.update(CompanySettingsRow, 1, { closed_until: before, version: settings.version + 1 });
        if (year.closing_voucher_id !== null)
          await tx.query(
            `UPDATE vouchers SET status = 'cancelled', cancel_reason = ?, cancelled_at = CURRENT_TIMESTAMP(6),
               lock_override_reason = ? WHERE id = ?`,
            [reason, YEAR_END, year.closing_voucher_id],
          );
        await tx.query("UPDATE financial_years SET status = 'open', closing_voucher_id = NULL WHERE start_date = ?", [
          start,
        ]);
        await this.editLog.record(tx, actor, {
          action: 'reopened',
          objectType: 'financial_year',
          objectId: start,
          objectName: year.name,
          before: { status: 'closed', closing_voucher_id: year.closing_voucher_id },
          after: { status: 'open' },
          reason,
        });
        return null;
      },
      { idempotency },
    );
  }
}
