import type { Nature } from '../account-group.entity.js';

export interface GroupTemplate {
  /** stable name, by which rules and reports know the group after it is renamed */
  code: string;
  name: string;
  /** of a primary group */
  nature?: Nature;
  /** code of the group that it stands under, which comes earlier in the list */
  parent?: string;
  affectsGrossProfit?: boolean;
}

export interface LedgerTemplate {
  /** of a ledger that belongs to every company; others can be deleted */
  code?: string;
  name: string;
  group: string;
}

/** A chart of accounts as data. Every one has the 28 codes of the default, which rules and reports know. */
export interface ChartTemplate {
  code: string;
  name: string;
  description: string;
  groups: readonly GroupTemplate[];
  ledgers: readonly LedgerTemplate[];
}
