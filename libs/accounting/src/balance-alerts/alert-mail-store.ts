import { type Mail, newId } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import type { BalanceAlertDto } from './balance-alert.dto.js';
import { type AlertRow, SELECT_ALERT, toAlert } from './stored-alert.js';

/** A mail that was taken so long ago, in seconds, counts as left behind by a process that died. */
const LEASE_SECONDS = 120;

/** A mail that this process sends now. */
export interface TakenMail {
  id: string;
  attempts: number;
  mail: Mail;
}

const DUE = `FROM balance_alert_mails WHERE status = 'pending' AND next_attempt_at <= CURRENT_TIMESTAMP(6)`;

/** In the transaction that raises the alert. */
export async function insertMails(tx: EntityManager, alertId: string, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return;
  const now = new Date();
  await tx.query('INSERT INTO balance_alert_mails (id, alert_id, address, next_attempt_at) VALUES ?', [
    addresses.map((address) => [newId(), alertId, address, now]),
  ]);
}

/** Which mails are due, and what became of them. */
@Injectable()
export class AlertMailStore {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly settings: CompanySettingsReader,
  ) {}

  async isDue(): Promise<boolean> {
    return (await this.dataSource.query(`SELECT 1 ${DUE} LIMIT 1`)).length > 0;
  }

  /** The next one that nobody else sends; null: none is due. Whoever is no active user any more gets none. */
  async take(): Promise<TakenMail | null> {
    const { companyName, currencyDigits } = await this.settings.get();
    return this.dataSource.transaction('READ COMMITTED', async (tx) => {
      for (;;) {
        const [next]: { id: string; alert_id: string; address: string; attempts: number }[] = await tx.query(
          `SELECT id, alert_id, address, attempts ${DUE} ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
        );
        if (!next) return null;
        if (!(await isActiveUser(tx, next.address))) {
          await tx.query("UPDATE balance_alert_mails SET status = 'dead', last_error = ? WHERE id = ?", [
            'is no active user any more',
            next.id,
          ]);
          continue;
        }
        await tx.query(
          `UPDATE balance_alert_mails SET attempts = attempts + 1,
              next_attempt_at = DATE_ADD(CURRENT_TIMESTAMP(6), INTERVAL ${LEASE_SECONDS} SECOND) WHERE id = ?`,
          [next.id],
        );
        const [row]: AlertRow[] = await tx.query(`${SELECT_ALERT} WHERE id = ?`, [next.alert_id]);
        const mail = mailOf(next.address, toAlert(row!, currencyDigits), companyName);
        return { id: next.id, attempts: next.attempts + 1, mail };
      }
    });
  }

  /** @param after what became of it; `pauseMs` until the next try, null: it is given up */
  async note(
    id: string,
    after: { sent: true } | { sent: false; problem: string; pauseMs: number | null },
  ): Promise<void> {
    if (after.sent) {
      await this.dataSource.query(
        "UPDATE balance_alert_mails SET status = 'sent', sent_at = CURRENT_TIMESTAMP(6), last_error = NULL WHERE id = ?",
        [id],
      );
      return;
    }
    await this.dataSource.query(
      `UPDATE balance_alert_mails SET status = ?, last_error = ?,
          next_attempt_at = DATE_ADD(CURRENT_TIMESTAMP(6), INTERVAL ? MICROSECOND) WHERE id = ?`,
      [after.pauseMs === null ? 'dead' : 'pending', after.problem, (after.pauseMs ?? 0) * 1_000, id],
    );
  }
}

export async function isActiveUser(tx: EntityManager, email: string): Promise<boolean> {
  return (await tx.query('SELECT 1 FROM users WHERE email = ? AND is_active = 1', [email])).length > 0;
}

function mailOf(to: string, alert: BalanceAlertDto, company: string): Mail {
  const { ledger, direction, threshold, side, balance, as_of: asOf, rule } = alert;
  const counted = side === 'credit' ? ' (credit)' : '';
  return {
    to,
    subject: `${company}: ${ledger} is ${direction} ${threshold}${counted}`,
    text: [
      `The balance of ${ledger} is ${balance}${counted} at the end of ${asOf}, which is ${direction} ${threshold}.`,
      '',
      `The alert was raised in the books of ${company} at ${alert.raised_at} by the rule "${rule}".`,
      'You get this mail because the rule names your address. There is one mail for each time that the threshold is crossed.',
      '',
    ].join('\n'),
  };
}
