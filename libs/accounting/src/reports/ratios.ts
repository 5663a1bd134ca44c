import { daysBetween, Decimal } from '@finvera/common';
import type { BooksFigures } from './books-figures.js';
import type { Period } from './frame/compared-periods.js';

/** The amounts that ratios are made of. */
export const PRINCIPAL_FIGURES = {
  cash: 'Cash-in-hand',
  bank: 'Bank accounts',
  receivables: 'Sundry debtors',
  payables: 'Sundry creditors',
  stock: 'Stock-in-hand',
  current_assets: 'Current assets',
  current_liabilities: 'Current liabilities',
  working_capital: 'Working capital',
  loans: 'Loans (liability)',
  equity: 'Equity with profit not closed',
  turnover: 'Turnover (sales)',
  purchases: 'Purchases',
  gross_profit: 'Gross profit',
  net_profit: 'Net profit',
} as const;
export type Figure = keyof typeof PRINCIPAL_FIGURES;
export type Figures = Record<Figure, Decimal>;

export interface Ratio {
  ratio: string;
  title: string;
  unit: 'ratio' | 'percent' | 'days';
  formula: string;
  above: (figures: Figures) => Decimal;
  below: Figure;
}

/** Ratios as data: what stands above and below the line. */
// biome-ignore format: a table
export const RATIOS: readonly Ratio[] = [
  { ratio: 'current_ratio', title: 'Current ratio', unit: 'ratio', formula: 'current assets / current liabilities', above: (f) => f.current_assets, below: 'current_liabilities' },
  { ratio: 'quick_ratio', title: 'Quick ratio', unit: 'ratio', formula: '(current assets - stock) / current liabilities', above: (f) => f.current_assets.minus(f.stock), below: 'current_liabilities' },
  { ratio: 'debt_to_equity', title: 'Debt to equity', unit: 'ratio', formula: 'loans / equity', above: (f) => f.loans, below: 'equity' },
  { ratio: 'gross_profit_percent', title: 'Gross profit %', unit: 'percent', formula: 'gross profit / turnover', above: (f) => f.gross_profit, below: 'turnover' },
  { ratio: 'net_profit_percent', title: 'Net profit %', unit: 'percent', formula: 'net profit / turnover', above: (f) => f.net_profit, below: 'turnover' },
  { ratio: 'operating_cost_percent', title: 'Operating cost %', unit: 'percent', formula: '(turnover - net profit) / turnover', above: (f) => f.turnover.minus(f.net_profit), below: 'turnover' },
  { ratio: 'receivables_days', title: 'Receivables in days of turnover', unit: 'days', formula: 'debtors x days / turnover', above: (f) => f.receivables, below: 'turnover' },
  { ratio: 'payables_days', title: 'Payables in days of purchases', unit: 'days', formula: 'creditors x days / purchases', above: (f) => f.payables, below: 'purchases' },
  { ratio: 'inventory_turnover', title: 'Inventory turnover', unit: 'ratio', formula: 'turnover / stock', above: (f) => f.turnover, below: 'stock' },
  { ratio: 'working_capital_turnover', title: 'Working capital turnover', unit: 'ratio', formula: 'turnover / working capital', above: (f) => f.turnover, below: 'working_capital' },
  { ratio: 'return_on_equity_percent', title: 'Return on equity %', unit: 'percent', formula: 'net profit / equity', above: (f) => f.net_profit, below: 'equity' },
  { ratio: 'return_on_working_capital_percent', title: 'Return on working capital %', unit: 'percent', formula: 'net profit / working capital', above: (f) => f.net_profit, below: 'working_capital' },
];

/**
 * @param standing movements up to the last day, closings of years included
 * @param earned movements of the period without what closes years
 */
export function principalFigures(standing: BooksFigures, earned: BooksFigures): Figures {
  const currentAssets = standing.closing('current_assets');
  const currentLiabilities = standing.closing('current_liabilities').negated();
  return {
    cash: standing.closing('cash_in_hand'),
    bank: standing.closing('bank_accounts'),
    receivables: standing.closing('sundry_debtors'),
    payables: standing.closing('sundry_creditors').negated(),
    stock: standing.closing('stock_in_hand'),
    current_assets: currentAssets,
    current_liabilities: currentLiabilities,
    working_capital: currentAssets.minus(currentLiabilities),
    loans: standing.closing('loans_liability').negated(),
    equity: (['equity', 'income', 'expense'] as const)
      .reduce((sum, nature) => sum.plus(standing.closingOf(nature)), new Decimal(0))
      .negated(),
    turnover: earned.moved('sales_accounts').negated(),
    purchases: earned.moved('purchase_accounts'),
    gross_profit: earned.movedOf('income', true).plus(earned.movedOf('expense', true)).negated(),
    net_profit: earned.movedOf('income').plus(earned.movedOf('expense')).negated(),
  };
}

const DIGITS = 2;

/** The ratio to two digits, rounded half up; null where nothing stands below the line. */
export function valueOfRatio({ unit, above, below }: Ratio, figures: Figures, { from, to }: Period): string | null {
  if (figures[below].isZero()) return null;
  const factor = unit === 'percent' ? 100 : unit === 'days' ? daysBetween(from, to) + 1 : 1;
  return above(figures).times(factor).div(figures[below]).toFixed(DIGITS, Decimal.ROUND_HALF_UP);
}
