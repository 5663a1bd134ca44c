import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { RecordsModule } from '../records/records.module.js';
import { CostCategoriesController } from './cost-categories.controller.js';
import { CostCentresController } from './cost-centres.controller.js';
import { ManageCostCentres } from './manage-cost-centres.js';

/** Cost categories and centres. */
@Module({
  imports: [CompanyModule, RecordsModule],
  controllers: [CostCategoriesController, CostCentresController],
  providers: [ManageCostCentres],
  exports: [ManageCostCentres],
})
export class CostCentresModule {}
