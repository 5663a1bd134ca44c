import { likePattern, notFound, offsetOf, parseSort } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import type { BalanceAlertDto, ListBalanceAlertsQuery } from './balance-alert.dto.js';
import { type AlertRow, SELECT_ALERT, toAlert } from './stored-alert.js';

// a filter that is not asked for is NULL, and the optimizer drops its line
const FOUND = `WHERE (? IS NULL OR (acknowledged_at IS NULL) = ?) AND (? IS NULL OR rule_id = ?) AND (? IS NULL OR ledger_id = ?)
    AND (? IS NULL OR rule_name LIKE ? OR ledger_name LIKE ?)`;

/** Reads alerts. */
@Injectable()
export class FindAlerts {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly settings: CompanySettingsReader,
  ) {}

  /** Newest first. */
  async list(query: ListBalanceAlertsQuery): Promise<{ alerts: BalanceAlertDto[]; total: number }> {
    const { direction } = parseSort(query.sort, ['raised_at'] as const, { field: 'raised_at', direction: 'DESC' });
    const isOpen = query.status === undefined ? null : query.status === 'open';
    const { rule_id = null, ledger_id = null } = query;
    const like = query.search ? likePattern(query.search) : null;
    const filters = [isOpen, isOpen, rule_id, rule_id, ledger_id, ledger_id, like, like, like];
    const rows: AlertRow[] = await this.dataSource.query(
      `${SELECT_ALERT} ${FOUND} ORDER BY id ${direction} LIMIT ? OFFSET ?`,
      [...filters, query.limit, offsetOf(query)],
    );
    const [{ total }] = await this.dataSource.query(`SELECT COUNT(*) AS total FROM balance_alerts ${FOUND}`, filters);
    const { currencyDigits } = await this.settings.get();
    return { alerts: rows.map((row) => toAlert(row, currencyDigits)), total: Number(total) };
  }

  /** @throws DomainError 404 `balance_alert_not_found` */
  async one(id: string): Promise<BalanceAlertDto> {
    const [row]: AlertRow[] = /^\d{1,20}$/.test(id)
      ? await this.dataSource.query(`${SELECT_ALERT} WHERE id = ?`, [id])
      : [];
    if (!row) throw notFound('balance alert', id, 'balance_alert_not_found');
    return toAlert(row, (await this.settings.get()).currencyDigits);
  }
}
