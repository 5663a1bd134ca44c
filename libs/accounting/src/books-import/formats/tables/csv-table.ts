import { malformed } from '@finvera/common';
import { type CsvError, parse } from 'csv-parse';
import { decodeText } from '../tally-text.js';
import { ROWS_MAX, type Table, type TableColumns } from './table.js';

const DELIMITERS = [',', ';', '\t', '|'] as const;

interface Record {
  record: string[];
  info: { lines: number };
}

/**
 * Delimited text as other programs write it, in whatever encoding.
 * @throws DomainError 400 with the line, or when there are more than ROWS_MAX rows
 */
export async function readCsvTable(
  bytes: Uint8Array,
  { delimiter, skip_lines = 0 }: Partial<TableColumns> = {},
): Promise<Table> {
  const text = decodeText(bytes).replace(/^\ufeff/, '');
  const rows = parse(text, {
    delimiter: delimiter ?? delimiterOf(text, skip_lines),
    from_line: skip_lines + 1,
    skip_empty_lines: true,
    relax_column_count: true,
    trim: true,
    info: true,
  }) as AsyncIterable<Record>;
  const table: Table = { header: [], rows: [] };
  try {
    for await (const { record, info } of rows) {
      if (table.header.length === 0) table.header = record;
      else if (table.rows.length === ROWS_MAX)
        throw malformed(`The file has more than ${ROWS_MAX} rows; send at most so many at once.`);
      else table.rows.push({ line: info.lines, cells: record });
    }
  } catch (error) {
    const line = (error as CsvError).lines;
    throw line === undefined ? error : malformed(`The file cannot be read: line ${line}: it is no row of this table.`);
  }
  if (table.rows.length === 0) throw malformed('The file cannot be read: it has no rows below its header.');
  return table;
}

/** What divides most cells of the header. */
function delimiterOf(text: string, skipped: number): string {
  const header = text.split('\n', skipped + 1)[skipped] ?? '';
  const count = (sign: string) => header.split(sign).length;
  return DELIMITERS.reduce((best, sign) => (count(sign) > count(best) ? sign : best), ',');
}
