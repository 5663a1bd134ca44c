import { setImmediate } from 'node:timers/promises';
import { Decimal, ZERO } from '@finvera/common';
import { foldName } from '../../../vouchers/same-name.js';
import { noBooks, type ParsedBooks, type ParsedEntry, type ParsedLedger, type ParsedVoucher } from '../parsed-books.js';
import { RowProblem } from '../tally-values.js';
import { type ColumnField, ROWS_AT_ONCE, type Table, type TableColumns, type TableRow } from './table.js';
import { TableCells } from './table-values.js';

const DEFAULT_TYPE = 'Journal';

/** Books that stand in a table: ledgers, one in each row; or vouchers, an entry or a whole one in each row. */
export async function parseTable(table: Table, columns: TableColumns): Promise<ParsedBooks> {
  const books = noBooks();
  const cells = new TableCells(table, columns);
  const missing = missingColumns(cells, columns);
  if (missing !== null) {
    books.errors.push({
      row: 1,
      column: missing,
      message: `columns must say which column of the table is the ${missing}`,
    });
    return books;
  }
  const reader = columns.content === 'ledgers' ? new LedgerRows(cells, books) : new VoucherRows(cells, books, columns);
  for (const [index, row] of table.rows.entries()) {
    if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await setImmediate();
    reader.take(row);
  }
  reader.end();
  return books;
}

/** The first field without which nothing can be read; null when all are there. */
function missingColumns(cells: TableCells, { content }: TableColumns): ColumnField | null {
  const anyOf = (...fields: ColumnField[]) => fields.some((field) => cells.has(field));
  if (content === 'ledgers') return !cells.has('ledger') ? 'ledger' : cells.has('group') ? null : 'group';
  if (!cells.has('date')) return 'date';
  if (anyOf('debit_ledger') && anyOf('credit_ledger')) return cells.has('amount') ? null : 'amount';
  if (!cells.has('ledger')) return 'ledger';
  return anyOf('amount') || (anyOf('debit') && anyOf('credit')) ? null : 'debit';
}

class LedgerRows {
  constructor(
    private readonly cells: TableCells,
    private readonly books: ParsedBooks,
  ) {}

  take(row: TableRow): void {
    attempt(this.books, row, () => {
      const debit = this.cells.amount(row, 'opening_debit').abs();
      const opening = this.cells
        .amount(row, 'opening')
        .plus(debit)
        .minus(this.cells.amount(row, 'opening_credit').abs());
      const says = (['opening', 'opening_debit', 'opening_credit'] as const).some((field) => this.cells.has(field));
      const ledger: ParsedLedger = {
        row: row.line,
        name: this.cells.required(row, 'ledger'),
        group: this.cells.required(row, 'group'),
        opening: says ? opening : null,
        billByBill: this.cells.yes(row, 'bill_by_bill'),
        openingBills: [],
      };
      this.books.ledgers.push(ledger);
    });
  }

  end(): void {}
}

/** The voucher that rows belong to; null: one of them cannot be read, so that none is taken. */
interface CurrentVoucher {
  identity: string;
  voucher: ParsedVoucher | null;
  sum: Decimal;
}

class VoucherRows {
  private current: CurrentVoucher | null = null;
  private readonly ledgers = new Set<string>();

  constructor(
    private readonly cells: TableCells,
    private readonly books: ParsedBooks,
    private readonly columns: TableColumns,
  ) {}

  take(row: TableRow): void {
    if (this.beginsAnother(row)) this.begin(row);
    const current = this.current!;
    const { voucher } = current;
    if (voucher === null) return;
    const read = attempt(this.books, row, () => {
      for (const entry of this.entriesOf(row)) {
        voucher.entries.push(entry);
        current.sum = current.sum.plus(entry.amount);
      }
    });
    if (!read) current.voucher = null;
  }

  end(): void {
    const voucher = this.current?.voucher;
    if (voucher && voucher.entries.length > 0) this.books.vouchers.push(voucher);
    this.current = null;
  }

  /**
   * Rows of one date, type and number are one voucher, and so are those below that leave all three empty; where vouchers
   * have no number, the next one begins when this one balances.
   */
  private beginsAnother(row: TableRow): boolean {
    if (this.current === null || this.cells.has('debit_ledger')) return true;
    const identity = this.identityOf(row);
    if (identity === '') return false;
    if (identity !== this.current.identity) return true;
    const { voucher, sum } = this.current;
    return this.cells.text(row, 'number') === '' && voucher !== null && voucher.entries.length > 0 && sum.isZero();
  }

  private begin(row: TableRow): void {
    this.end();
    const current: CurrentVoucher = { identity: this.identityOf(row), voucher: null, sum: ZERO };
    this.current = current;
    attempt(this.books, row, () => {
      current.voucher = {
        row: row.line,
        key: null,
        type: this.cells.text(row, 'voucher_type') || (this.columns.default_type ?? DEFAULT_TYPE),
        number: this.cells.text(row, 'number'),
        date: this.cells.date(row, 'date'),
        reference: this.cells.text(row, 'reference'),
        narration: this.cells.text(row, 'narration'),
        party: null,
        cancelled: false,
        optional: false,
        entries: [],
      };
    });
  }

  private identityOf(row: TableRow): string {
    const parts = (['date', 'voucher_type', 'number'] as const).map((field) => this.cells.text(row, field));
    return parts.every((part) => part === '') ? '' : JSON.stringify(parts);
  }

  private entriesOf(row: TableRow): ParsedEntry[] {
    if (this.cells.has('debit_ledger')) {
      const amount = this.cells.amount(row, 'amount');
      const debit = this.entry(row, this.cells.required(row, 'debit_ledger'), amount);
      const credit = this.entry(row, this.cells.required(row, 'credit_ledger'), amount.negated());
      return amount.isZero() ? [] : [debit, credit];
    }
    const sides = this.cells.amount(row, 'debit').abs().minus(this.cells.amount(row, 'credit').abs());
    const amount = this.cells.has('debit') ? sides : this.cells.amount(row, 'amount');
    if (amount.isZero()) return [];
    return [this.entry(row, this.cells.required(row, 'ledger'), amount)];
  }

  private entry(row: TableRow, ledger: string, amount: Decimal): ParsedEntry {
    this.masterOf(row, ledger);
    const bill = this.cells.text(row, 'bill');
    const centre = this.cells.text(row, 'cost_centre');
    return {
      ledger,
      amount,
      bills: bill === '' ? [] : [{ type: this.cells.billType(row), name: bill, amount, date: null, creditDays: null }],
      costCentres: centre === '' ? [] : [{ category: null, name: centre, amount }],
    };
  }

  /** Where a row says the group of its ledger, it is a master as well. */
  private masterOf(row: TableRow, name: string): void {
    const group = this.cells.text(row, 'group');
    if (group === '' || this.ledgers.has(foldName(name))) return;
    this.ledgers.add(foldName(name));
    this.books.ledgers.push({ row: row.line, name, group, opening: null, billByBill: false, openingBills: [] });
  }
}

/** What is wrong with a row stands among the errors; the others are read on. */
function attempt(books: ParsedBooks, { line }: TableRow, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof RowProblem)) throw error;
    books.errors.push({ row: line, column: error.column, message: error.message });
    return false;
  }
}
