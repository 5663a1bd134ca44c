import { type Decimal, DomainError, ZERO } from '@finvera/common';
import { toDate } from '../../../bank-reconciliation/formats/csv.js';
import { readAmount } from '../../../bank-reconciliation/formats/parsed-statement.js';
import type { BillType } from '../../../vouchers/bill.js';
import { RowProblem } from '../tally-values.js';
import type { ColumnField, Table, TableColumns, TableRow } from './table.js';

const BILL_TYPES: Record<string, BillType> = {
  '': 'new_ref', 'new ref': 'new_ref', new: 'new_ref', 'agst ref': 'agst_ref', against: 'agst_ref', advance: 'advance',
  'on account': 'on_account', new_ref: 'new_ref', agst_ref: 'agst_ref', on_account: 'on_account',
}; // biome-ignore format: a table

/** Cells of a row by what they hold. */
export class TableCells {
  private readonly places: ReadonlyMap<string, number>;

  constructor(
    { header }: Table,
    private readonly columns: TableColumns,
  ) {
    this.places = new Map(header.map((name, index) => [name, index]));
  }

  /** Whether the table has what a field is mapped to. */
  has(field: ColumnField): boolean {
    const name = this.columns[field];
    return name !== undefined && this.places.has(name);
  }

  text({ cells }: TableRow, field: ColumnField): string {
    const name = this.columns[field];
    const place = name === undefined ? undefined : this.places.get(name);
    return place === undefined ? '' : (cells[place] ?? '').trim();
  }

  /** @throws RowProblem naming the column when there is nothing */
  required(row: TableRow, field: ColumnField): string {
    const text = this.text(row, field);
    if (text === '') throw new RowProblem(this.nameOf(field), 'it is empty');
    return text;
  }

  /** Debit positive; "Dr" or "Cr" behind an amount says its side. An empty cell is zero. @throws RowProblem */
  amount(row: TableRow, field: ColumnField): Decimal {
    const text = this.text(row, field);
    const [, plain = '', side = ''] = /^(.*?)\s*(dr|cr)?\.?$/i.exec(text.replace(/\p{Sc}/gu, '').trim()) ?? [];
    if (plain === '' || plain === '-') return ZERO;
    const amount = this.orProblem(field, text, 'is no amount', () => readAmount(plain, '', this.columns.decimal));
    return side.toLowerCase() === 'cr' ? amount.negated() : amount;
  }

  /** @throws RowProblem */
  date(row: TableRow, field: ColumnField): string {
    const text = this.required(row, field);
    const format = this.columns.date_format ?? 'YYYY-MM-DD';
    // a sheet's own dates come in this form, whatever others look like
    const given = /^\d{4}-\d{2}-\d{2}/.test(text) ? 'YYYY-MM-DD' : format;
    return this.orProblem(field, text, `is no date of the form ${format}`, () => toDate(text, given, ''));
  }

  /** @throws RowProblem */
  billType(row: TableRow): BillType {
    const text = this.text(row, 'bill_type');
    const type = BILL_TYPES[text.toLowerCase()];
    if (!type)
      throw new RowProblem(this.nameOf('bill_type'), `${JSON.stringify(text.slice(0, 40))} is no kind of bill`);
    return type;
  }

  yes(row: TableRow, field: ColumnField): boolean {
    return ['yes', 'y', 'true', '1'].includes(this.text(row, field).toLowerCase());
  }

  nameOf(field: ColumnField): string {
    return this.columns[field] ?? field;
  }

  private orProblem<T>(field: ColumnField, text: string, problem: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw new RowProblem(this.nameOf(field), `${JSON.stringify(text.slice(0, 40))} ${problem}`);
    }
  }
}
