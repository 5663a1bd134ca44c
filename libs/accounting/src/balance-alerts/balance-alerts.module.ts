import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { RecordsModule } from '../records/records.module.js';
import { AcknowledgeAlert } from './acknowledge-alert.js';
import { BalanceAlertRulesController } from './alert-rules.controller.js';
import { BalanceAlertsController } from './balance-alerts.controller.js';
import { FindAlerts } from './find-alerts.js';
import { ManageAlertRules } from './manage-alert-rules.js';

/** Rules by which balances are watched, and the alerts that they raised. */
@Module({
  imports: [CompanyModule, RecordsModule],
  controllers: [BalanceAlertRulesController, BalanceAlertsController],
  providers: [ManageAlertRules, FindAlerts, AcknowledgeAlert],
})
export class BalanceAlertsModule {}
