import type { PlannedRow } from '../../plan/planned-row.js';
import type { TableColumns } from './table.js';

/** Refused rows of a table name the column as the table does, instead of an element of XML. */
export function nameColumns(rows: readonly PlannedRow[], columns: TableColumns): void {
  const { ledger, group, date, number, bill } = columns;
  const names: Record<string, string | undefined> = {
    NAME: ledger,
    LEDGERNAME: ledger ?? columns.debit_ledger,
    PARENT: group,
    OPENINGBALANCE: columns.opening ?? columns.opening_debit,
    DATE: date,
    VOUCHERTYPENAME: columns.voucher_type,
    VOUCHERNUMBER: number,
    AMOUNT: columns.amount ?? columns.debit,
    BILLALLOCATIONS: bill,
    COSTCENTRE: columns.cost_centre,
    CATEGORYALLOCATIONS: columns.cost_centre,
  };
  for (const row of rows) if (row.column !== undefined) row.column = names[row.column] ?? row.column;
}
