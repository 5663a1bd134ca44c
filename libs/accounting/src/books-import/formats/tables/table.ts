/** A table of a file: what its first line calls the columns, and the cells below, as text. */
export interface Table {
  header: string[];
  rows: TableRow[];
}

export interface TableRow {
  /** of the file, from 1 */
  line: number;
  cells: string[];
}

export const ROWS_MAX = 100_000;
/** Rows between which others come to their turn. */
export const ROWS_AT_ONCE = 1_000;

/** Which columns of a table hold what. Columns are named as the header names them. */
export interface TableColumns {
  content: 'vouchers' | 'ledgers';
  ledger?: string;
  group?: string;
  /** one column, debit positive, "Dr" or "Cr" behind it counts; or two columns */
  opening?: string;
  opening_debit?: string;
  opening_credit?: string;
  bill_by_bill?: string;
  date?: string;
  voucher_type?: string;
  number?: string;
  debit?: string;
  credit?: string;
  amount?: string;
  /** of tables with a voucher in each row: both ledgers stand in it, with `amount` */
  debit_ledger?: string;
  credit_ledger?: string;
  narration?: string;
  reference?: string;
  bill?: string;
  bill_type?: string;
  cost_centre?: string;
  /** "YYYY-MM-DD", "DD/MM/YYYY", "DD-MMM-YY" … */
  date_format?: string;
  decimal?: '.' | ',';
  delimiter?: ',' | ';' | '\t' | '|';
  /** lines above the header */
  skip_lines?: number;
  /** of vouchers whose row does not say it */
  default_type?: string;
}

export const COLUMN_FIELDS = [
  'ledger', 'group', 'opening', 'opening_debit', 'opening_credit', 'bill_by_bill', 'date', 'voucher_type', 'number', 'debit', 'credit', 'amount',
  'debit_ledger', 'credit_ledger', 'narration', 'reference', 'bill', 'bill_type', 'cost_centre',
] as const; // biome-ignore format: a list
export type ColumnField = (typeof COLUMN_FIELDS)[number];
