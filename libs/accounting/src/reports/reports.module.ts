import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { DayBook } from './day-book.js';
import { ReadGroupTree } from './group-tree.js';
import { LedgerMovements } from './ledger-movements.js';
import { LedgerStatement } from './ledger-statement.js';
import { Outstandings } from './outstandings.js';
import { ReportPeriod } from './report-period.js';
import { ReportsController } from './reports.controller.js';

@Module({
  imports: [CompanyModule, VouchersModule],
  controllers: [ReportsController],
  providers: [ReportPeriod, LedgerMovements, ReadGroupTree, LedgerStatement, DayBook, Outstandings],
  exports: [ReportPeriod, LedgerMovements, ReadGroupTree],
})
export class ReportsModule {}
