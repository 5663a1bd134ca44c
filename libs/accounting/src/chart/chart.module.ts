import { TenancyModule } from '@finvera/tenancy';
import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { ChartTemplatesController } from './chart-templates.controller.js';
import { ChooseChart } from './choose-chart.js';
import { AccountGroup } from './account-group.entity.js';
import { GroupsController } from './groups.controller.js';
import { LedgersController } from './ledgers.controller.js';
import { ManageGroups } from './manage-groups.js';
import { ManageLedgers } from './manage-ledgers.js';
import { OpeningBalance } from './opening-balance.js';
import { ReadLedgers } from './read-ledgers.js';

@Module({
  imports: [TenancyModule.forFeature([AccountGroup]), CompanyModule],
  controllers: [GroupsController, LedgersController, ChartTemplatesController],
  providers: [ManageGroups, ManageLedgers, ReadLedgers, OpeningBalance, ChooseChart],
  exports: [OpeningBalance, ManageGroups, ManageLedgers],
})
export class ChartModule {}
