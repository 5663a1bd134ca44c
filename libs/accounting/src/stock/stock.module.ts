import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { RecordsModule } from '../records/records.module.js';
import { ReportsModule } from '../reports/reports.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { ManageStock } from './manage-stock.js';
import { PostStockValue } from './post-stock-value.js';
import { StockController } from './stock.controller.js';
import { GodownsController, StockItemsController, StockUnitsController } from './stock-masters.controller.js';
import { StockSettings } from './stock-settings.js';

/** Units, godowns, items, and the value of stock. */
@Module({
  imports: [CompanyModule, RecordsModule, VouchersModule, ReportsModule],
  controllers: [StockUnitsController, GodownsController, StockItemsController, StockController],
  providers: [ManageStock, StockSettings, PostStockValue],
})
export class StockModule {}
