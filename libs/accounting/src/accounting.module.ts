import { type DynamicModule, Module } from '@nestjs/common';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { ApprovalsModule } from './approvals/approvals.module.js';
import type { AttachmentConfig } from './attachments/attachment.config.js';
import { AttachmentsModule } from './attachments/attachments.module.js';
import { BalanceAlertsModule } from './balance-alerts/balance-alerts.module.js';
import { BankReconciliationModule } from './bank-reconciliation/bank-reconciliation.module.js';
import { BooksImportModule } from './books-import/books-import.module.js';
import { BudgetsModule } from './budgets/budgets.module.js';
import { ChartModule } from './chart/chart.module.js';
import { CompanyModule } from './company/company.module.js';
import { CostCentresModule } from './cost-centres/cost-centres.module.js';
import { InvitationsModule } from './invitations/invitations.module.js';
import { type PeopleSettings, PeopleSettingsModule } from './invitations/people.config.js';
import { JournalExportModule } from './journal-export/journal-export.module.js';
import { CurrenciesModule } from './currencies/currencies.module.js';
import { LedgerMergeModule } from './ledger-merge/ledger-merge.module.js';
import { StockModule } from './stock/stock.module.js';
import { PasswordResetModule } from './password-reset/password-reset.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { RolesModule } from './roles/roles.module.js';
import { TallyExportModule } from './tally-export/tally-export.module.js';
import { UsersModule } from './users/users.module.js';
import { VoucherTemplatesModule } from './voucher-templates/voucher-templates.module.js';
import { VerifyModule } from './verify/verify.module.js';
import { VouchersModule } from './vouchers/vouchers.module.js';
import { CompanyWebhooksModule } from './webhooks/webhooks.module.js';
import { YearEndModule } from './year-end/year-end.module.js';

export interface AccountingOptions {
  people: PeopleSettings;
  attachments: AttachmentConfig;
}

/** The tenant database and its features: users, chart of accounts, vouchers, reports. */
@Module({
  imports: [
    CompanyModule,
    UsersModule,
    InvitationsModule,
    PasswordResetModule,
    RolesModule,
    ApiKeysModule,
    ChartModule,
    VouchersModule,
    ApprovalsModule,
    YearEndModule,
    BankReconciliationModule,
    BooksImportModule,
    ReportsModule,
    JournalExportModule,
    TallyExportModule,
    CostCentresModule,
    CurrenciesModule,
    BudgetsModule,
    StockModule,
    LedgerMergeModule,
    VoucherTemplatesModule,
    VerifyModule,
    CompanyWebhooksModule,
    BalanceAlertsModule,
  ],
  exports: [UsersModule, ApiKeysModule],
})
export class AccountingModule {
  static forRoot({ people, attachments }: AccountingOptions): DynamicModule {
    return {
      module: AccountingModule,
      imports: [PeopleSettingsModule.forRoot(people), AttachmentsModule.forRoot(attachments)],
    };
  }
}
