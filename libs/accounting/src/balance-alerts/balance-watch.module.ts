import { Module } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { EditLogModule } from '../edit-log/edit-log.module.js';
import { AlertMailStore } from './alert-mail-store.js';
import { MailAlerts } from './mail-alerts.js';
import { RaiseAlerts } from './raise-alerts.js';

/** Looks at balances: for the upkeep of the books, in every process that changes them. */
@Module({
  imports: [EditLogModule],
  // the reader of settings is provided here too: its own module imports the upkeep
  providers: [RaiseAlerts, AlertMailStore, MailAlerts, CompanySettingsReader],
  exports: [RaiseAlerts, AlertMailStore, MailAlerts],
})
export class BalanceWatchModule {}
