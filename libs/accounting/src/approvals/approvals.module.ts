import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { RecordsModule } from '../records/records.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { ApprovalRulesController } from './approval-rules.controller.js';
import { ApprovalsController } from './approvals.controller.js';
import { DecideApproval } from './decide-approval.js';
import { ListWaiting } from './list-waiting.js';
import { ManageApprovalRules } from './manage-approval-rules.js';

@Module({
  imports: [CompanyModule, RecordsModule, VouchersModule],
  controllers: [ApprovalsController, ApprovalRulesController],
  providers: [DecideApproval, ListWaiting, ManageApprovalRules],
})
export class ApprovalsModule {}
