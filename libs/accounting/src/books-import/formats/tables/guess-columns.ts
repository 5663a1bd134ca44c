import type { ColumnField, Table, TableColumns } from './table.js';

/** What other programs call the columns, in lower case and without signs; the first that fits is taken. */
const NAMES: Record<ColumnField, string[]> = {
  date: ['date', 'voucher date', 'vch date', 'posting date', 'entry date', 'txn date'],
  voucher_type: ['voucher type', 'vch type', 'type', 'transaction type', 'journal'],
  number: ['voucher no', 'voucher number', 'vch no', 'number', 'no', 'entry no', 'journal no', 'transaction id'],
  ledger: ['ledger', 'account', 'account name', 'ledger name', 'particulars', 'name'],
  group: ['group', 'account group', 'parent', 'under', 'account type'],
  debit: ['debit', 'debit amount', 'dr', 'dr amount'],
  credit: ['credit', 'credit amount', 'cr', 'cr amount'],
  amount: ['amount', 'value'],
  debit_ledger: ['debit ledger', 'debit account', 'dr ledger', 'dr account'],
  credit_ledger: ['credit ledger', 'credit account', 'cr ledger', 'cr account'],
  narration: ['narration', 'description', 'memo', 'remarks', 'details', 'note'],
  reference: ['reference', 'ref', 'ref no', 'reference no'],
  bill: ['bill', 'bill no', 'bill ref', 'bill name', 'invoice', 'invoice no'],
  bill_type: ['bill type', 'ref type', 'type of ref'],
  cost_centre: ['cost centre', 'cost center', 'department', 'class'],
  opening: ['opening balance', 'opening', 'op balance'],
  opening_debit: ['opening debit', 'opening dr'],
  opening_credit: ['opening credit', 'opening cr'],
  bill_by_bill: ['bill by bill', 'maintain billwise', 'billwise'],
};

const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Which columns hold what, as far as their names say it. */
export function guessColumns({ header, rows }: Table): TableColumns {
  const byName = new Map(header.map((name) => [plain(name), name]));
  const found: Partial<Record<ColumnField, string>> = {};
  for (const [field, names] of Object.entries(NAMES) as [ColumnField, string[]][]) {
    const name = names.find((one) => byName.has(one));
    if (name !== undefined) found[field] = byName.get(name);
  }
  const content = found.date === undefined ? 'ledgers' : 'vouchers';
  const at = found.date === undefined ? -1 : header.indexOf(found.date);
  const sample = at === -1 ? '' : (rows.find(({ cells }) => (cells[at] ?? '') !== '')?.cells[at] ?? '');
  return { content, ...found, ...(content === 'vouchers' && { date_format: dateFormatOf(sample) }) };
}

/** Day before month: what is read here comes from India more often than from the United States. */
function dateFormatOf(sample: string): string {
  if (/^\d{4}-\d{1,2}-\d{1,2}/.test(sample)) return 'YYYY-MM-DD';
  const [, sign = '-', month = '', year = ''] =
    /^\d{1,2}([/.\s-])(\d{1,2}|[A-Za-z]{3,})[/.\s-](\d{4}|\d{2})/.exec(sample) ?? [];
  if (year === '') return 'YYYY-MM-DD';
  return ['DD', /\d/.test(month) ? 'MM' : 'MMM', year.length === 2 ? 'YY' : 'YYYY'].join(sign);
}
