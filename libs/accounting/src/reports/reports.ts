import { BalanceSheetReport } from './definitions/balance-sheet.report.js';
import { BudgetVarianceReport } from './definitions/budget-variance.report.js';
import { StockSummaryReport } from './definitions/stock-summary.report.js';
import { CostCentreStatementReport } from './definitions/cost-centre-statement.report.js';
import { CostCentresReport } from './definitions/cost-centres.report.js';
import { BankReconciliationReport } from './definitions/bank-reconciliation.report.js';
import { DayBookReport } from './definitions/day-book.report.js';
import { ForeignBalancesReport } from './definitions/foreign-balances.report.js';
import { LedgerStatementReport } from './definitions/ledger-statement.report.js';
import { OutstandingsReport } from './definitions/outstandings.report.js';
import { ProfitAndLossReport } from './definitions/profit-and-loss.report.js';
import { TrialBalanceReport } from './definitions/trial-balance.report.js';
import { CashBookReport, BankBookReport } from './definitions/cash-book.report.js';
import { GroupSummaryReport } from './definitions/group-summary.report.js';
import { RegisterReport } from './definitions/register.report.js';
import { RatiosReport } from './definitions/ratios.report.js';
import { CashFlowReport } from './definitions/cash-flow.report.js';
import { ExceptionsReport } from './definitions/exceptions.report.js';
import type { ReportClass } from './frame/report.js';

/** Every report. What stands here has a route, four forms, and a place in the list of reports. */
export const REPORTS: readonly ReportClass[] = [
  TrialBalanceReport,
  ProfitAndLossReport,
  BalanceSheetReport,
  DayBookReport,
  LedgerStatementReport,
  OutstandingsReport,
  CostCentresReport,
  CostCentreStatementReport,
  ForeignBalancesReport,
  CashBookReport,
  BankBookReport,
  GroupSummaryReport,
  RegisterReport,
  RatiosReport,
  BankReconciliationReport,
  BudgetVarianceReport,
  StockSummaryReport,
  CashFlowReport,
  ExceptionsReport,
];
