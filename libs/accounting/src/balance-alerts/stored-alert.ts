import { formatAmount, isoInstant } from '@finvera/common';
import type { BalanceAlertDto } from './balance-alert.dto.js';

export const SELECT_ALERT = `SELECT id, rule_id, rule_name AS rule, ledger_id, ledger_name AS ledger, side, direction, threshold, balance,
    as_of, raised_at, acknowledged_at, acknowledged_by, note FROM balance_alerts`;

export type AlertRow = Omit<BalanceAlertDto, 'status' | 'raised_at' | 'acknowledged_at'> & {
  raised_at: Date;
  acknowledged_at: Date | null;
};

/** @param digits fraction digits of the company's currency */
export const toAlert = (row: AlertRow, digits: number): BalanceAlertDto => ({
  ...row,
  threshold: formatAmount(row.threshold, digits),
  balance: formatAmount(row.balance, digits),
  status: row.acknowledged_at === null ? 'open' : 'acknowledged',
  raised_at: isoInstant(row.raised_at),
  acknowledged_at: row.acknowledged_at && isoInstant(row.acknowledged_at),
});
