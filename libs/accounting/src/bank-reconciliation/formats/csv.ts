import { type CsvError, parse } from 'csv-parse/sync';
import { finish, type ParsedLine, type ParsedStatement, readAmount, readDate, unreadable } from './parsed-statement.js';

/** Which columns of a table hold what. Columns are named as the header names them. */
export interface CsvMapping {
  date: string;
  /** "YYYY-MM-DD", "DD/MM/YYYY", "DD-MM-YY", "MM/DD/YYYY", "DD MMM YYYY" … */
  date_format?: string;
  description: string;
  reference?: string;
  /** one column of signed amounts, money in positive; or two columns */
  amount?: string;
  withdrawal?: string;
  deposit?: string;
  /** the balance after each line: the last one is the statement's closing balance */
  balance?: string;
  decimal?: '.' | ',';
  delimiter?: ',' | ';' | '\t' | '|';
  /** lines above the header */
  skip_lines?: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A table, oldest line first or last. */
export function parseCsv(text: string, mapping: CsvMapping): ParsedStatement {
  const rows = readRows(text, mapping);
  const columns = Object.keys(rows[0] ?? {});
  for (const key of ['date', 'description', 'reference', 'amount', 'withdrawal', 'deposit', 'balance'] as const)
    if (mapping[key] !== undefined && rows.length > 0 && !columns.includes(mapping[key]))
      throw unreadable('the header', `it has no column ${JSON.stringify(mapping[key])}, only ${columns.join(', ')}`);
  const lines = rows.flatMap((row, index): (ParsedLine & { balance: string })[] => {
    const where = `line ${index + 2 + (mapping.skip_lines ?? 0)}`;
    if ((row[mapping.date] ?? '').trim() === '') return []; // totals and remarks below the table
    return [
      {
        date: toDate(row[mapping.date]!, mapping.date_format ?? 'YYYY-MM-DD', where),
        amount: amountOf(row, mapping, where),
        description: row[mapping.description] ?? '',
        reference: mapping.reference ? (row[mapping.reference] ?? '') : '',
        balance: mapping.balance ? (row[mapping.balance] ?? '') : '',
      },
    ];
  });
  const newestFirst = lines.length > 1 && lines[0]!.date > lines.at(-1)!.date;
  if (newestFirst) lines.reverse();
  const last = lines.at(-1)?.balance.trim();
  const closing = last ? readAmount(last, 'the last balance', mapping.decimal) : null;
  const opening = closing && lines.reduce((balance, { amount }) => balance.minus(amount), closing);
  return finish({ from: null, to: null, opening, closing, lines: lines.map(({ balance: _, ...line }) => line) });
}

function readRows(text: string, { delimiter = ',', skip_lines = 0 }: CsvMapping): Record<string, string>[] {
  try {
    return parse(text, {
      columns: (header: string[]) => header.map((name) => name.trim()),
      bom: true,
      delimiter,
      from_line: skip_lines + 1,
      skip_empty_lines: true,
      relax_column_count: true,
    });
  } catch (error) {
    throw unreadable(`line ${(error as CsvError).lines ?? '?'}`, 'it is no row of this table');
  }
}

function amountOf(row: Record<string, string>, { amount, withdrawal, deposit, decimal }: CsvMapping, where: string) {
  if (amount !== undefined) return readAmount(row[amount] ?? '', where, decimal);
  const side = (column: string | undefined) => readAmount((column && row[column]?.trim()) || '0', where, decimal).abs();
  return side(deposit).minus(side(withdrawal));
}

/** Reads a date by its format: D, M and Y stand for digits, MMM for an English month. */
export function toDate(text: string, format: string, where: string): string {
  const pattern = format
    .replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
    .replace('YYYY', '(?<year>\\d{4})')
    .replace('YY', '(?<year>\\d{2})')
    .replace('MMM', '(?<month>[A-Za-z]{3})[a-z]*')
    .replace('MM', '(?<month>\\d{1,2})')
    .replace('DD', '(?<day>\\d{1,2})');
  const { year, month, day } = new RegExp(`^${pattern}`).exec(text.trim())?.groups ?? {};
  if (!year || !month || !day) throw unreadable(where, `${JSON.stringify(text)} is no date of the form ${format}`);
  const number = /^\d/.test(month) ? month : String(MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1);
  return readDate(
    `${year.length === 2 ? `20${year}` : year}-${number.padStart(2, '0')}-${day.padStart(2, '0')}`,
    where,
  );
}
