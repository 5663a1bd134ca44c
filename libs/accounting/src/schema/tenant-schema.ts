import { newId, systemActor, todayIn } from '@finvera/common';
import { ApprovalRule } from '../approvals/approval-rule.entity.js';
import { BalanceAlertRule } from '../balance-alerts/alert-rule.entity.js';
import { BankRule } from '../bank-reconciliation/bank-rule.entity.js';
import { AccountGroup } from '../chart/account-group.entity.js';
import { Ledger } from '../chart/ledger.entity.js';
import { seedChart } from '../chart/seed-chart.js';
import { CostCategory, CostCentre } from '../cost-centres/cost-centre.entity.js';
import { VoucherTemplate } from '../voucher-templates/voucher-template.entity.js';
import { StockUnit, Godown, StockItem } from '../stock/stock.entity.js';
import { Budget } from '../budgets/budget.entity.js';
import { CompanySettingsRow } from '../company/company-settings.entity.js';
import { EditLog } from '../edit-log/edit-log.js';
import type { SqlSession } from './sql-session.js';
import { ensureFinancialYears } from '../periods/ensure-financial-years.js';
import { financialYearOf } from '../periods/financial-year.js';
import { SEEDED_ROLES, ADMINISTRATOR_ROLE } from '../users/permissions.js';
import { Role, User } from '../users/user.entity.js';
import { seedVoucherTypes } from '../vouchers/seed-voucher-types.js';
import { Voucher } from '../vouchers/voucher.entity.js';
import { VoucherType } from '../vouchers/voucher-type.entity.js';
import { FirstFloor1795478400000 } from './migrations/1795478400000-first-floor.js';
import { LedgerTotals1795510800000 } from './migrations/1795510800000-ledger-totals.js';
import { Reports1795518000000 } from './migrations/1795518000000-reports.js';
import { ReportViews1795518000001 } from './migrations/1795518000001-report-views.js';
import { YearEnd1795520400000 } from './migrations/1795520400000-year-end.js';
import { CostCentres1795521600000 } from './migrations/1795521600000-cost-centres.js';
import { Currencies1795521600001 } from './migrations/1795521600001-currencies.js';
import { Budgets1795521600002 } from './migrations/1795521600002-budgets.js';
import { VoucherTemplates1795521600003 } from './migrations/1795521600003-voucher-templates.js';
import { LedgerMerges1795521600004 } from './migrations/1795521600004-ledger-merges.js';
import { Metadata1795521600005 } from './migrations/1795521600005-metadata.js';
import { Stock1795521600006 } from './migrations/1795521600006-stock.js';
import { BankReconciliation1795528800000 } from './migrations/1795528800000-bank-reconciliation.js';
import { ApiKeys1795529400000 } from './migrations/1795529400000-api-keys.js';
import { Roles1795530000000 } from './migrations/1795530000000-roles.js';
import { Sessions1795540000000 } from './migrations/1795540000000-sessions.js';
import { Approvals1795550000000 } from './migrations/1795550000000-approvals.js';
import { Webhooks1795550500000 } from './migrations/1795550500000-webhooks.js';
import { Invitations1795550600000 } from './migrations/1795550600000-invitations.js';
import { BalanceAlerts1795550700000 } from './migrations/1795550700000-balance-alerts.js';
import { BookImports1795560000000 } from './migrations/1795560000000-book-imports.js';
import { Attachments1795561000000 } from './migrations/1795561000000-attachments.js';
import { Totp1795561100000 } from './migrations/1795561100000-totp.js';
import { AlertMails1795561200000 } from './migrations/1795561200000-alert-mails.js';

const FIRST_FINANCIAL_YEAR_START = '04-01';
const FIRST_TIME_ZONE = 'Asia/Kolkata';

/** In their order; each one's name ends with its version. */
const MIGRATIONS = [
  FirstFloor1795478400000,
  LedgerTotals1795510800000,
  Reports1795518000000,
  ReportViews1795518000001,
  YearEnd1795520400000,
  CostCentres1795521600000,
  Currencies1795521600001,
  Budgets1795521600002,
  VoucherTemplates1795521600003,
  LedgerMerges1795521600004,
  Metadata1795521600005,
  Stock1795521600006,
  BankReconciliation1795528800000,
  ApiKeys1795529400000,
  Roles1795530000000,
  Sessions1795540000000,
  Approvals1795550000000,
  Webhooks1795550500000,
  Invitations1795550600000,
  BalanceAlerts1795550700000,
  BookImports1795560000000,
  Attachments1795561000000,
  Totp1795561100000,
  AlertMails1795561200000,
];
const versionOf = ({ name }: { name: string }) => /\d{13}$/.exec(name)![0];

/** What a company's database is made of; provisioning builds from it, tenancy reads its entities. */
export const tenantSchema = {
  entities: [
    CompanySettingsRow,
    Role,
    User,
    AccountGroup,
    Ledger,
    VoucherType,
    Voucher,
    CostCategory,
    CostCentre,
    Budget,
    StockUnit,
    Godown,
    StockItem,
    VoucherTemplate,
    BankRule,
    BalanceAlertRule,
    ApprovalRule,
  ],
  migrations: MIGRATIONS,
  /** timestamp of the last migration */
  schemaVersion: versionOf(MIGRATIONS.at(-1)!),
  /** the oldest version that this code can work with */
  minSchemaVersion: versionOf(MIGRATIONS.at(-1)!),

  /** Roles, chart of accounts, voucher types: the same for every company. Doing it twice is doing it once. */
  async seedDefaults(session: SqlSession): Promise<void> {
    await session.query('INSERT IGNORE INTO roles (id, code, name, permissions, is_reserved) VALUES ?', [
      SEEDED_ROLES.map((role) => [newId(), role.code, role.name, JSON.stringify(role.permissions), true]),
    ]);
    await seedChart(session);
    await seedVoucherTypes(session);
  },

  /** Settings, and the financial year of today. Doing it twice is doing it once. */
  async seedCompany(
    session: SqlSession,
    company: { companyName: string; email: string; phone: string },
  ): Promise<void> {
    const booksBegin = financialYearOf(todayIn(FIRST_TIME_ZONE), FIRST_FINANCIAL_YEAR_START).start;
    await session.query(
      'INSERT IGNORE INTO company_settings (id, company_name, email, phone, books_begin, financial_year_start, time_zone) VALUES (1, ?, ?, ?, ?, ?, ?)',
      [company.companyName, company.email, company.phone, booksBegin, FIRST_FINANCIAL_YEAR_START, FIRST_TIME_ZONE],
    );
    await ensureFinancialYears(session, {
      booksBegin,
      financialYearStart: FIRST_FINANCIAL_YEAR_START,
      timeZone: FIRST_TIME_ZONE,
    });
  },

  /**
   * A database that was made from another company's becomes this one's: its name and address. No key, no session and no
   * mailed link of the other one's opens it, and nobody is told of what happens in it. Doing it twice is doing it once.
   */
  async identify(session: SqlSession, company: { companyName: string; email: string; phone: string }): Promise<void> {
    const [before] = await session.query(
      'SELECT company_name, email, phone FROM company_settings WHERE id = 1 FOR UPDATE',
    );
    const after = { company_name: company.companyName, email: company.email, phone: company.phone };
    await session.query('UPDATE api_keys SET revoked_at = CURRENT_TIMESTAMP(6) WHERE revoked_at IS NULL');
    await session.query('DELETE FROM sessions');
    await session.query('DELETE FROM password_resets');
    await session.query(
      `UPDATE invitations SET revoked_at = CURRENT_TIMESTAMP(6), open_email = NULL
        WHERE accepted_at IS NULL AND revoked_at IS NULL`,
    );
    await session.query(
      `UPDATE webhook_endpoints SET status = 'disabled', disabled_at = CURRENT_TIMESTAMP(6), disabled_reason = ?
        WHERE status = 'enabled'`,
      ['This company was made from a backup of another one.'],
    );
    await session.query('UPDATE balance_alert_rules SET is_active = 0 WHERE is_active = 1');
    await session.query(
      "UPDATE balance_alert_mails SET status = 'dead', last_error = 'the company was copied' WHERE status = 'pending'",
    );
    if (before.company_name === after.company_name && before.email === after.email && before.phone === after.phone)
      return;
    await session.query(
      'UPDATE company_settings SET company_name = ?, email = ?, phone = ?, version = version + 1 WHERE id = 1',
      [after.company_name, after.email, after.phone],
    );
    await new EditLog().record(session, systemActor('provisioning'), {
      action: 'updated',
      objectType: 'company',
      objectId: '1',
      objectName: after.company_name,
      before,
      after,
    });
  },

  /** The entries of the books add up to nothing, and so do those of every voucher. */
  async findFaults(session: SqlSession): Promise<string[]> {
    const [total] = await session.query(
      'SELECT COALESCE(SUM(debit), 0) AS debit, COALESCE(SUM(credit), 0) AS credit FROM entries WHERE in_books = 1',
    );
    const unbalanced: { voucher_id: string }[] = await session.query(
      'SELECT voucher_id FROM entries WHERE in_books = 1 GROUP BY voucher_id HAVING SUM(debit) <> SUM(credit) LIMIT 5',
    );
    return [
      ...(total.debit === total.credit ? [] : [`the trial balance has ${total.debit} and ${total.credit}`]),
      ...unbalanced.map(({ voucher_id }) => `the entries of voucher ${voucher_id} are not balanced`),
    ];
  },

  /** The first user, who may do everything. Doing it twice is doing it once. */
  async createAdministrator(
    session: SqlSession,
    user: { email: string; name: string; passwordHash: string; passwordChangeRequired: boolean },
  ): Promise<void> {
    const id = newId();
    const email = user.email.toLowerCase();
    const { affectedRows } = await session.query(
      `INSERT IGNORE INTO users (id, email, name, password_hash, role_id, password_change_required)
         SELECT ?, ?, ?, ?, id, ? FROM roles WHERE code = ?`,
      [id, email, user.name.slice(0, 120), user.passwordHash, user.passwordChangeRequired, ADMINISTRATOR_ROLE],
    );
    if (affectedRows === 0) return;
    await new EditLog().record(session, systemActor('provisioning'), {
      action: 'created',
      objectType: 'user',
      objectId: id,
      objectName: email,
      after: { id, email, name: user.name, role: ADMINISTRATOR_ROLE },
    });
  },
};
