import { Module } from '@nestjs/common';
import { BankReconciliationModule } from '../bank-reconciliation/bank-reconciliation.module.js';
import { CompanyModule } from '../company/company.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { BudgetVariance } from '../budgets/budget-variance.js';
import { ReadStock } from '../stock/read-stock.js';
import { StockFigures } from '../stock/stock-figures.js';
import { CostCentreFigures } from '../cost-centres/cost-centre-figures.js';
import { CostCentreStatement } from '../cost-centres/cost-centre-statement.js';
import { ForeignPositionsFigures } from '../currencies/foreign-positions-figures.js';
import { ReadForeignPositions } from '../currencies/read-foreign-positions.js';
import { DirectCashFlow } from './cash-flow/direct-cash-flow.js';
import { FindExceptions } from './exceptions/find-exceptions.js';
import { DayBook } from './day-book.js';
import { reportController } from './frame/report-controller.js';
import { ReportListController } from './frame/report-list.controller.js';
import { ReportSender } from './frame/report-sender.js';
import { ReadGroupTree } from './group-tree.js';
import { KnownMovements } from './known-movements.js';
import { KnownStatement } from './known-statement.js';
import { LedgerMovements } from './ledger-movements.js';
import { LedgerStatement } from './ledger-statement.js';
import { MoneyBook } from './money-book.js';
import { Outstandings } from './outstandings.js';
import { ReportPeriod } from './report-period.js';
import { REPORTS } from './reports.js';
import { ScheduleOwnLines } from './schedule-iii/own-lines.js';
import { ScheduleIIIController } from './schedule-iii/schedule-iii.controller.js';
import { ReportViews } from './views/report-views.js';
import { ReportViewsController } from './views/report-views.controller.js';
import { VoucherRegister } from './voucher-register.js';

@Module({
  imports: [CompanyModule, VouchersModule, BankReconciliationModule],
  controllers: [ReportListController, ReportViewsController, ScheduleIIIController, ...REPORTS.map(reportController)],
  providers: [
    ReportSender,
    ReportPeriod,
    LedgerMovements,
    ReadGroupTree,
    LedgerStatement,
    KnownMovements,
    KnownStatement,
    DayBook,
    Outstandings,
    CostCentreFigures,
    CostCentreStatement,
    ReadForeignPositions,
    ForeignPositionsFigures,
    MoneyBook,
    VoucherRegister,
    BudgetVariance,
    ReadStock,
    StockFigures,
    ScheduleOwnLines,
    ReportViews,
    DirectCashFlow,
    FindExceptions,
    ...REPORTS,
  ],
  exports: [ReportPeriod, LedgerMovements, ReadGroupTree, ReadForeignPositions, ReadStock],
})
export class ReportsModule {}
