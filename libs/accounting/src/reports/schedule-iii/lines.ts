import type { Nature } from '../../chart/account-group.entity.js';

/**
 * Companies Act 2013, Schedule III, Division I: Part I (balance sheet) and Part II (statement of profit and loss).
 * `groups`: codes of seeded groups that stand in the line when the company does not say otherwise; the nearest one above
 * a ledger counts.
 */
export interface ScheduleLine {
  line: string;
  title: string;
  natures: readonly Nature[];
  groups: readonly string[];
}

export interface ScheduleSection {
  section: string;
  title: string;
  lines: readonly ScheduleLine[];
}

const line = (name: string, title: string, nature: Nature | readonly Nature[], ...groups: string[]): ScheduleLine => ({
  line: name,
  title,
  natures: typeof nature === 'string' ? [nature] : nature,
  groups,
});

export const PROFIT_AND_LOSS_SECTIONS: readonly ScheduleSection[] = [
  {
    section: 'income',
    title: 'Income',
    lines: [
      line('revenue_from_operations', 'Revenue from operations', 'income', 'sales_accounts', 'direct_incomes'),
      line('other_income', 'Other income', 'income', 'indirect_incomes'),
    ],
  },
  {
    section: 'expenses',
    title: 'Expenses',
    lines: [
      line('cost_of_materials_consumed', 'Cost of materials consumed', 'expense'),
      line('purchases_of_stock_in_trade', 'Purchases of stock-in-trade', 'expense', 'purchase_accounts'),
      line(
        'changes_in_inventories',
        'Changes in inventories of finished goods, work-in-progress and stock-in-trade',
        'expense',
      ),
      line('employee_benefits_expense', 'Employee benefits expense', 'expense', 'employee_benefits'),
      line('finance_costs', 'Finance costs', 'expense', 'finance_costs'),
      line('depreciation_and_amortisation', 'Depreciation and amortisation expense', 'expense', 'depreciation'),
      line('other_expenses', 'Other expenses', 'expense', 'direct_expenses', 'indirect_expenses'),
    ],
  },
  {
    section: 'exceptional_items',
    title: 'Exceptional and extraordinary items',
    lines: [line('exceptional_items', 'Exceptional and extraordinary items', 'expense')],
  },
  {
    section: 'tax',
    title: 'Tax expense',
    lines: [line('current_tax', 'Current tax', 'expense'), line('deferred_tax', 'Deferred tax', 'expense')],
  },
];

export const BALANCE_SHEET_SECTIONS: readonly ScheduleSection[] = [
  {
    section: 'shareholders_funds',
    title: "Shareholders' funds",
    lines: [
      line('share_capital', 'Share capital', 'equity', 'capital_account', 'share_capital'),
      line('reserves_and_surplus', 'Reserves and surplus', 'equity', 'reserves_surplus'),
    ],
  },
  {
    section: 'non_current_liabilities',
    title: 'Non-current liabilities',
    lines: [
      line('long_term_borrowings', 'Long-term borrowings', 'liability', 'loans_liability'),
      line('deferred_tax_liabilities', 'Deferred tax liabilities (net)', 'liability'),
      line('other_long_term_liabilities', 'Other long-term liabilities', 'liability'),
      line('long_term_provisions', 'Long-term provisions', 'liability'),
    ],
  },
  {
    section: 'current_liabilities',
    title: 'Current liabilities',
    lines: [
      line('short_term_borrowings', 'Short-term borrowings', 'liability', 'bank_od'),
      line('trade_payables', 'Trade payables', 'liability', 'sundry_creditors'),
      line(
        'other_current_liabilities',
        'Other current liabilities',
        'liability',
        'current_liabilities',
        'branch_divisions',
        'suspense',
      ),
      line('short_term_provisions', 'Short-term provisions', 'liability', 'provisions'),
    ],
  },
  {
    section: 'non_current_assets',
    title: 'Non-current assets',
    lines: [
      line(
        'property_plant_and_equipment',
        'Property, plant and equipment and intangible assets',
        'asset',
        'fixed_assets',
      ),
      line('non_current_investments', 'Non-current investments', 'asset', 'investments'),
      line('deferred_tax_assets', 'Deferred tax assets (net)', 'asset'),
      line('long_term_loans_and_advances', 'Long-term loans and advances', 'asset'),
      line('other_non_current_assets', 'Other non-current assets', 'asset', 'misc_expenses_asset'),
    ],
  },
  {
    section: 'current_assets',
    title: 'Current assets',
    lines: [
      line('current_investments', 'Current investments', 'asset'),
      line('inventories', 'Inventories', 'asset', 'stock_in_hand'),
      line('trade_receivables', 'Trade receivables', 'asset', 'sundry_debtors'),
      line('cash_and_cash_equivalents', 'Cash and cash equivalents', 'asset', 'cash_in_hand', 'bank_accounts'),
      line('short_term_loans_and_advances', 'Short-term loans and advances', 'asset', 'loans_advances_asset'),
      line('other_current_assets', 'Other current assets', 'asset', 'current_assets'),
    ],
  },
];

/** Where what no rule places stands, so that the totals hold: by nature. */
const REST: Record<Nature, string> = {
  income: 'other_income',
  expense: 'other_expenses',
  equity: 'reserves_and_surplus',
  liability: 'other_current_liabilities',
  asset: 'other_current_assets',
};

export const SCHEDULE_LINES: readonly ScheduleLine[] = [...PROFIT_AND_LOSS_SECTIONS, ...BALANCE_SHEET_SECTIONS].flatMap(
  ({ lines }) => lines,
);

const NATURES_OF_LINE = new Map(SCHEDULE_LINES.map(({ line: name, natures }) => [name, natures]));

const LINE_OF_GROUP = new Map(SCHEDULE_LINES.flatMap((one) => one.groups.map((code) => [code, one.line] as const)));

/** What a company says of its own groups and ledgers: id → line. */
export interface OwnLines {
  groups: ReadonlyMap<string, string>;
  ledgers: ReadonlyMap<string, string>;
}

/**
 * The line of a ledger: its own, else that of the nearest group above it, the company's word before the seeded one. What
 * is of another nature than the line, as in charts of other kinds, stands with the rest of its nature.
 */
export function lineOf(
  { ledgerId, nature }: { ledgerId: string; nature: Nature },
  path: readonly { id: string; reservedCode: string | null }[],
  own: OwnLines,
): string {
  const candidates = [
    own.ledgers.get(ledgerId),
    ...path
      .toReversed()
      .map(
        ({ id, reservedCode }) => own.groups.get(id) ?? (reservedCode ? LINE_OF_GROUP.get(reservedCode) : undefined),
      ),
  ];
  const fitting = candidates.find((one) => one !== undefined && NATURES_OF_LINE.get(one)!.includes(nature));
  return fitting ?? REST[nature];
}
