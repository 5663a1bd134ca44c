import { newId, readJson, retryDeadlocks, systemActor, todayIn } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { EditLog } from '../edit-log/edit-log.js';
import { insertMails } from './alert-mail-store.js';
import { type AlertRow, SELECT_ALERT, toAlert } from './stored-alert.js';
import { balanceAt, isBeyond, onSide, type Threshold } from './threshold.js';

const SYSTEM = systemActor('balance-alerts');

// a ledger that is not active any more (one that was merged into another) has no news
const RULES = `SELECT r.id, r.name, r.ledger_id, l.name AS ledger, r.side, r.direction, r.threshold, r.is_crossed, r.mail_to
  FROM balance_alert_rules r JOIN ledgers l ON l.id = r.ledger_id WHERE r.is_active = 1 AND l.is_active = 1`;

interface RuleRow extends Threshold {
  id: string;
  name: string;
  ledger_id: string;
  ledger: string;
  is_crossed: number;
  mail_to: unknown;
}

/**
 * Looks at the balances that rules are about, after the books changed and when the day did. An alert is raised when a balance
 * is beyond its threshold and was not when it was looked at last: rule, alert and edit log change in one transaction, so that
 * each crossing is told once, whoever looks at the same moment and whenever a process dies.
 */
@Injectable()
export class RaiseAlerts {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly settings: CompanySettingsReader,
    private readonly editLog: EditLog,
  ) {}

  /** @returns how many alerts were raised */
  async run(): Promise<number> {
    const rules: RuleRow[] = await this.dataSource.query(`${RULES} ORDER BY r.ledger_id, r.id`);
    if (rules.length === 0) return 0;
    const settings = await this.settings.get();
    const today = todayIn(settings.timeZone);
    let raised = 0;
    let looked: { ledgerId: string; net: Awaited<ReturnType<typeof balanceAt>> } | undefined;
    for (const rule of rules) {
      if (looked?.ledgerId !== rule.ledger_id)
        looked = {
          ledgerId: rule.ledger_id,
          net: await balanceAt(this.dataSource, rule.ledger_id, today, settings),
        };
      if (isBeyond(rule, looked.net) === Boolean(rule.is_crossed)) continue;
      if (await this.turn(rule.id, today, settings)) raised += 1;
    }
    return raised;
  }

  /** Looks once more while nobody else decides about the rule. @returns whether an alert was raised */
  private turn(id: string, today: string, settings: CompanySettings): Promise<boolean> {
    return retryDeadlocks(() =>
      this.dataSource.transaction('READ COMMITTED', async (tx) => {
        await tx.query('SELECT id FROM balance_alert_rules WHERE id = ? FOR UPDATE', [id]);
        const [rule]: RuleRow[] = await tx.query(`${RULES} AND r.id = ?`, [id]);
        if (!rule) return false;
        const net = await balanceAt(tx, rule.ledger_id, today, settings);
        const isCrossed = isBeyond(rule, net);
        if (isCrossed === Boolean(rule.is_crossed)) return false;
        await tx.query('UPDATE balance_alert_rules SET is_crossed = ?, updated_at = updated_at WHERE id = ?', [
          isCrossed,
          id,
        ]);
        if (isCrossed) await this.raise(tx, rule, onSide(rule.side, net).toFixed(4), { today, settings });
        return isCrossed;
      }),
    );
  }

  private async raise(
    tx: EntityManager,
    rule: RuleRow,
    balance: string,
    { today, settings }: { today: string; settings: CompanySettings },
  ): Promise<void> {
    const id = newId();
    await tx.query(
      `INSERT INTO balance_alerts (id, rule_id, rule_name, ledger_id, ledger_name, side, direction, threshold, balance, as_of)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [id, rule.id, rule.name, rule.ledger_id, rule.ledger, rule.side, rule.direction, rule.threshold, balance, today],
    );
    await insertMails(tx, id, readJson<string[] | null>(rule.mail_to) ?? []);
    const [row]: AlertRow[] = await tx.query(`${SELECT_ALERT} WHERE id = ?`, [id]);
    await this.editLog.record(tx, SYSTEM, {
      action: 'alert',
      objectType: 'balance',
      objectId: id,
      objectName: rule.ledger,
      after: toAlert(row!, settings.currencyDigits),
    });
  }
}
