/**
 * - `amount`: a plain decimal as it travels; `balance`: the same, signed, debit positive; `number`: a count, days, a ratio
 */
export type ColumnKind = 'text' | 'date' | 'amount' | 'balance' | 'number';

export interface ReportColumn {
  /** snake_case, as in JSON: the header of a CSV column and the key of the cells below it */
  field: string;
  /** for people: the header in XLSX and PDF */
  title: string;
  kind: ColumnKind;
  /** share of the page's width against the others; default by kind */
  weight?: number;
  /** zeros are left blank on paper, as in columns of debits beside credits */
  blankZero?: boolean;
}

/** `heading` opens a section, `subtotal` and `total` close one; `note` is a remark. */
export type RowKind = 'heading' | 'line' | 'subtotal' | 'total' | 'note';

export interface ReportRow {
  kind: RowKind;
  /** how far the first cell is indented */
  depth?: number;
  cells: Readonly<Record<string, string | null | undefined>>;
  /** path of what the row is made from */
  link?: string;
  /** cancelled: shown, but in no total */
  struck?: boolean;
}

/** A report as rows under columns: what CSV, XLSX and PDF are written from. */
export interface ReportTable {
  title: string;
  /** the ledger, party or other thing that it is about */
  subject?: string;
  /** such as "2026-04-01 to 2027-03-31" */
  period: string;
  columns: readonly ReportColumn[];
  rows: Iterable<ReportRow> | AsyncIterable<ReportRow>;
  /** Of a long report: how many rows it has, counting no further than `max`. */
  countRows?: (max: number) => Promise<number>;
}

export const text = (field: string, title: string, weight?: number): ReportColumn => ({
  field,
  title,
  kind: 'text',
  weight,
});
export const date = (field: string, title: string): ReportColumn => ({ field, title, kind: 'date' });
export const amount = (field: string, title: string): ReportColumn => ({ field, title, kind: 'amount' });
export const balance = (field: string, title: string): ReportColumn => ({ field, title, kind: 'balance' });
export const number = (field: string, title: string): ReportColumn => ({ field, title, kind: 'number' });
/** A column of debits or credits: on paper a zero is left blank. */
export const side = (field: string, title: string): ReportColumn => ({ ...amount(field, title), blankZero: true });

/** Rows of a page at a time, from a list that is read by cursor. */
export async function* paged<Page>(
  read: (cursor: string | undefined) => Promise<{ page: Page; nextCursor: string | null }>,
  rowsOf: (page: Page) => Iterable<ReportRow>,
): AsyncGenerator<ReportRow> {
  for (let cursor: string | undefined; ; ) {
    const { page, nextCursor } = await read(cursor);
    yield* rowsOf(page);
    if (nextCursor === null) return;
    cursor = nextCursor;
  }
}
