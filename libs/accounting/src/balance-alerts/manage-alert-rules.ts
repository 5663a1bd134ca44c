import {
  type Actor,
  formatAmount,
  fractionDigits,
  type IdempotencyRequest,
  Mailer,
  malformed,
  newId,
  ruleBroken,
  todayIn,
  WatchedCompanies,
} from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { CompanyRecords } from '../records/company-records.js';
import { isActiveUser } from './alert-mail-store.js';
import { BalanceAlertRule, ruleKind } from './alert-rule.entity.js';
import type {
  BalanceAlertRuleDto,
  CreateBalanceAlertRuleDto,
  ListBalanceAlertRulesQuery,
  UpdateBalanceAlertRuleDto,
} from './balance-alert.dto.js';
import { balanceAt, isBeyond, type Threshold } from './threshold.js';

/** Each is looked at after the books changed. */
const RULES_MAX = 100;

/** Rules by which balances are watched. A balance that is beyond a threshold already when a rule is made raises no alert. */
@Injectable()
export class ManageAlertRules {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly records: CompanyRecords,
    private readonly settings: CompanySettingsReader,
    private readonly watched: WatchedCompanies,
    private readonly mailer: Mailer,
  ) {}

  async list(query: ListBalanceAlertRulesQuery): Promise<{ records: BalanceAlertRuleDto[]; total: number }> {
    return this.records.list(await this.kind(), query, { ledgerId: query.ledger_id });
  }

  /** @throws DomainError 404 `balance_alert_rule_not_found` */
  async one(id: string): Promise<BalanceAlertRuleDto> {
    return this.records.one(await this.kind(), id);
  }

  /** @throws DomainError 400; 409 `balance_alert_rule_name_taken`; 422 `ledger_not_found`, `user_not_found`, `too_many_balance_alert_rules`; 503 `mail_not_configured` */
  async create(
    body: CreateBalanceAlertRuleDto,
    actor: Actor,
    idempotency?: IdempotencyRequest,
  ): Promise<BalanceAlertRuleDto> {
    if (body.mail_to?.length) this.mailer.assertReady();
    await this.watched.watch(this.dataSource.tenantId);
    const row = async (tx: EntityManager) => {
      // whoever counts rules holds the row of settings: two at once are counted one after the other
      const settings = await this.settings.lock(tx);
      if ((await tx.count(BalanceAlertRule)) >= RULES_MAX)
        throw ruleBroken(
          'too_many_balance_alert_rules',
          `There are ${RULES_MAX} balance alert rules already; delete those that nobody needs.`,
        );
      assertDigits(body.threshold, settings);
      const ledger = await ledgerOf(tx, body);
      const { side = 'debit', direction, threshold } = body;
      return {
        id: newId(),
        name: body.name ?? nameOf(ledger.name, { side, direction, threshold }, settings),
        ledgerId: ledger.id,
        side,
        direction,
        threshold,
        mailTo: await usersOf(tx, body.mail_to),
        isActive: body.is_active ?? true,
        isCrossed: await isCrossedNow(tx, ledger.id, { side, direction, threshold }, settings),
        version: 1,
      };
    };
    return this.records.create(await this.kind(), row, { actor, idempotency });
  }

  /** What it watches from now on may be beyond the threshold already: that raises no alert. @throws DomainError as `create`, 404, 412 `stale` */
  async update(
    id: string,
    body: UpdateBalanceAlertRuleDto,
    { actor, ifMatch }: { actor: Actor; ifMatch?: string },
  ): Promise<BalanceAlertRuleDto> {
    if (body.mail_to?.length) this.mailer.assertReady();
    await this.watched.watch(this.dataSource.tenantId);
    const change = async (tx: EntityManager, before: BalanceAlertRule): Promise<Partial<BalanceAlertRule>> => {
      const settings = await this.settings.get(tx);
      if (body.threshold !== undefined) assertDigits(body.threshold, settings);
      const ledgerId =
        body.ledger_id === undefined && body.ledger === undefined ? before.ledgerId : (await ledgerOf(tx, body)).id;
      const watches: Threshold = {
        side: body.side ?? before.side,
        direction: body.direction ?? before.direction,
        threshold: body.threshold ?? before.threshold,
      };
      return {
        ...watches,
        ledgerId,
        ...(body.mail_to && { mailTo: await usersOf(tx, body.mail_to) }),
        name: body.name ?? before.name,
        isActive: body.is_active ?? before.isActive,
        ...(watchesElse(body) && { isCrossed: await isCrossedNow(tx, ledgerId, watches, settings) }),
      };
    };
    return this.records.update(await this.kind(), id, change, { actor, ifMatch });
  }

  /** The alerts that it raised stay. @throws DomainError 404 `balance_alert_rule_not_found` */
  async delete(id: string, actor: Actor): Promise<void> {
    await this.records.delete(await this.kind(), id, async () => undefined, { actor });
  }

  private async kind() {
    return ruleKind((await this.settings.get()).currencyDigits);
  }
}

/** Anything but its name and whom it tells. */
const watchesElse = ({ name: _, mail_to: __, ...body }: UpdateBalanceAlertRuleDto): boolean =>
  Object.values(body).some((value) => value !== undefined);

async function isCrossedNow(
  tx: EntityManager,
  ledgerId: string,
  watches: Threshold,
  settings: CompanySettings,
): Promise<boolean> {
  return isBeyond(watches, await balanceAt(tx, ledgerId, todayIn(settings.timeZone), settings));
}

function assertDigits(threshold: string, { currencyDigits: digits }: CompanySettings): void {
  if (fractionDigits(threshold) <= digits) return;
  throw malformed(`threshold ${threshold} has more than ${digits} digits after the point`, [
    { field: 'threshold', message: `has more than ${digits} digits after the point` },
  ]);
}

/** Mails go to people of the company alone. @throws DomainError 422 `user_not_found` */
async function usersOf(tx: EntityManager, addresses: readonly string[] = []): Promise<string[]> {
  const users = addresses.map((address) => address.toLowerCase());
  for (const address of users)
    if (!(await isActiveUser(tx, address)))
      throw ruleBroken(
        'user_not_found',
        `There is no active user ${address}: mails go to users of the company alone.`,
        [{ field: 'mail_to', message: `${address} is no active user` }],
      );
  return users;
}

/** @throws DomainError 400 when none is named, 422 `ledger_not_found` */
async function ledgerOf(
  tx: EntityManager,
  { ledger_id, ledger }: UpdateBalanceAlertRuleDto,
): Promise<{ id: string; name: string }> {
  const field = ledger_id === undefined ? 'ledger' : 'ledger_id';
  const named = ledger_id ?? ledger;
  if (named === undefined)
    throw malformed('Name the ledger: ledger_id, or ledger with its name.', [{ field, message: 'is missing' }]);
  const [row]: { id: string; name: string }[] = await tx.query(
    ledger_id === undefined
      ? 'SELECT id, name FROM ledgers WHERE name = ?'
      : 'SELECT id, name FROM ledgers WHERE id = ?',
    [named],
  );
  if (!row)
    throw ruleBroken('ledger_not_found', `There is no ledger ${JSON.stringify(named)}.`, [
      { field, message: 'is not a ledger of this company' },
    ]);
  return row;
}

const nameOf = (ledger: string, { side, direction, threshold }: Threshold, { currencyDigits }: CompanySettings) =>
  `${ledger} ${direction} ${formatAmount(threshold, currencyDigits)}${side === 'credit' ? ' credit' : ''}`;
