import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { RecordsModule } from '../records/records.module.js';
import { ReportsModule } from '../reports/reports.module.js';
import { CostCentreReport } from './cost-centre-report.js';
import { CostCentreReportsController } from './cost-centre-reports.controller.js';
import { CostCentreStatement } from './cost-centre-statement.js';
import { CostCategoriesController } from './cost-categories.controller.js';
import { CostCentresController } from './cost-centres.controller.js';
import { ManageCostCentres } from './manage-cost-centres.js';

/** Cost categories and centres, and what moved in them. */
@Module({
  imports: [CompanyModule, RecordsModule, ReportsModule],
  controllers: [CostCategoriesController, CostCentresController, CostCentreReportsController],
  providers: [ManageCostCentres, CostCentreReport, CostCentreStatement],
  exports: [CostCentreReport],
})
export class CostCentresModule {}
