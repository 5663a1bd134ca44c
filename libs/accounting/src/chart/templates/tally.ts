import type { Nature } from '../account-group.entity.js';

export interface GroupTemplate {
  code: string;
  name: string;
  /** of a primary group */
  nature?: Nature;
  /** code of the group that it stands under */
  parent?: string;
  affectsGrossProfit?: boolean;
}

export interface LedgerTemplate {
  code: string;
  name: string;
  group: string;
}

export interface ChartTemplate {
  groups: readonly GroupTemplate[];
  ledgers: readonly LedgerTemplate[];
}

/** Tally's 28 groups (15 primary, 13 below them) and its two ledgers. */
export const TALLY_CHART: ChartTemplate = {
  groups: [
    { code: 'branch_divisions', name: 'Branch / Divisions', nature: 'liability' },
    { code: 'capital_account', name: 'Capital Account', nature: 'equity' },
    { code: 'current_assets', name: 'Current Assets', nature: 'asset' },
    { code: 'current_liabilities', name: 'Current Liabilities', nature: 'liability' },
    { code: 'direct_expenses', name: 'Direct Expenses', nature: 'expense', affectsGrossProfit: true },
    { code: 'direct_incomes', name: 'Direct Incomes', nature: 'income', affectsGrossProfit: true },
    { code: 'fixed_assets', name: 'Fixed Assets', nature: 'asset' },
    { code: 'indirect_expenses', name: 'Indirect Expenses', nature: 'expense' },
    { code: 'indirect_incomes', name: 'Indirect Incomes', nature: 'income' },
    { code: 'investments', name: 'Investments', nature: 'asset' },
    { code: 'loans_liability', name: 'Loans (Liability)', nature: 'liability' },
    { code: 'misc_expenses_asset', name: 'Misc. Expenses (ASSET)', nature: 'asset' },
    { code: 'purchase_accounts', name: 'Purchase Accounts', nature: 'expense', affectsGrossProfit: true },
    { code: 'sales_accounts', name: 'Sales Accounts', nature: 'income', affectsGrossProfit: true },
    { code: 'suspense', name: 'Suspense A/c', nature: 'liability' },
    { code: 'bank_accounts', name: 'Bank Accounts', parent: 'current_assets' },
    { code: 'bank_od', name: 'Bank OD A/c', parent: 'loans_liability' },
    { code: 'cash_in_hand', name: 'Cash-in-Hand', parent: 'current_assets' },
    { code: 'deposits_asset', name: 'Deposits (Asset)', parent: 'current_assets' },
    { code: 'duties_taxes', name: 'Duties & Taxes', parent: 'current_liabilities' },
    { code: 'loans_advances_asset', name: 'Loans & Advances (Asset)', parent: 'current_assets' },
    { code: 'provisions', name: 'Provisions', parent: 'current_liabilities' },
    { code: 'reserves_surplus', name: 'Reserves & Surplus', parent: 'capital_account' },
    { code: 'secured_loans', name: 'Secured Loans', parent: 'loans_liability' },
    { code: 'stock_in_hand', name: 'Stock-in-Hand', parent: 'current_assets' },
    { code: 'sundry_creditors', name: 'Sundry Creditors', parent: 'current_liabilities' },
    { code: 'sundry_debtors', name: 'Sundry Debtors', parent: 'current_assets' },
    { code: 'unsecured_loans', name: 'Unsecured Loans', parent: 'loans_liability' },
  ],
  ledgers: [
    { code: 'cash', name: 'Cash', group: 'cash_in_hand' },
    { code: 'profit_and_loss', name: 'Profit & Loss A/c', group: 'reserves_surplus' },
  ],
};
