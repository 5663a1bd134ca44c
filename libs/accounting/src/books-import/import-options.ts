import type { TableColumns } from './formats/tables/table.js';

export const IMPORT_FORMATS = ['tally_xml', 'csv', 'xlsx'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export const IMPORT_MODES = ['all_or_nothing', 'by_row'] as const;
export const NUMBER_CHOICES = ['renew', 'keep'] as const;
export const MISSING_CHOICES = ['refuse', 'suspense'] as const;

export const NAME_KINDS = ['groups', 'ledgers', 'voucher_types', 'cost_centres'] as const;
export type NameKind = (typeof NAME_KINDS)[number];

/** What the file calls something → what the company calls it. */
export type NameMapping = Partial<Record<NameKind, Readonly<Record<string, string>>>>;

/** How a file is to be imported; kept with the import. */
export interface ImportOptions {
  mode: (typeof IMPORT_MODES)[number];
  /** renew: automatic types number anew; keep: types of their own, numbered by hand, take the numbers of the file */
  numbers: (typeof NUMBER_CHOICES)[number];
  /** suspense: ledgers and cost centres that nothing explains are made, ledgers under Suspense A/c */
  missing_masters: (typeof MISSING_CHOICES)[number];
  names: NameMapping;
  /** of a table: which columns hold what; null: of a file that has none */
  columns: TableColumns | null;
}

export const DEFAULT_OPTIONS: ImportOptions = {
  mode: 'all_or_nothing',
  numbers: 'renew',
  missing_masters: 'refuse',
  names: {},
  columns: null,
};
