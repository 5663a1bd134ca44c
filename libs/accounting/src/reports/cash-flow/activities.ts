/** Accounting Standard 3: what a flow of cash belongs to. */
export const ACTIVITIES = ['operating', 'investing', 'financing'] as const;
export type Activity = (typeof ACTIVITIES)[number];

export const ACTIVITY_TITLES: Record<Activity, string> = {
  operating: 'Cash flow from operating activities',
  investing: 'Cash flow from investing activities',
  financing: 'Cash flow from financing activities',
};

/** The line of Schedule III whose ledgers are cash and cash equivalents. */
export const CASH_LINE = 'cash_and_cash_equivalents';

/** Activity by the line of Schedule III in which a ledger stands; all others are operating. Bank overdrafts are borrowings. */
const ACTIVITY_OF_LINE: Record<string, Activity> = {
  property_plant_and_equipment: 'investing',
  non_current_investments: 'investing',
  current_investments: 'investing',
  long_term_loans_and_advances: 'investing',
  share_capital: 'financing',
  reserves_and_surplus: 'financing',
  long_term_borrowings: 'financing',
  short_term_borrowings: 'financing',
  finance_costs: 'financing',
};

export const activityOf = (line: string): Activity => ACTIVITY_OF_LINE[line] ?? 'operating';

/** Expenses that move no cash in the period: added back to the profit by the indirect method. */
export const DEPRECIATION_LINE = 'depreciation_and_amortisation';
export const FINANCE_COSTS_LINE = 'finance_costs';
export const TAX_LINES: readonly string[] = ['current_tax', 'deferred_tax'];
