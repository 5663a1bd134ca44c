import { Module } from '@nestjs/common';
import { UpkeepModule } from '../upkeep/upkeep.module.js';
import { EditLogModule } from '../edit-log/edit-log.module.js';
import { PeriodsController } from '../periods/periods.controller.js';
import { ReadPeriods } from '../periods/read-periods.js';
import { UpdatePeriods } from '../periods/update-periods.js';
import { CompanyController } from './company.controller.js';
import { CompanySettingsReader } from './company-settings.js';
import { CompanyTransaction } from './company-transaction.js';
import { UpdateCompany } from './update-company.js';

/** Settings, periods, and the transaction that every use case runs in. */
@Module({
  imports: [EditLogModule, UpkeepModule],
  controllers: [CompanyController, PeriodsController],
  providers: [CompanyTransaction, CompanySettingsReader, UpdateCompany, ReadPeriods, UpdatePeriods],
  exports: [CompanyTransaction, CompanySettingsReader, ReadPeriods, EditLogModule],
})
export class CompanyModule {}
