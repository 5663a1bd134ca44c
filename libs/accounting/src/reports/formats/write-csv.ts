import { stringify } from 'csv-stringify';
import { pipeline, Readable } from 'node:stream';
import type { ReportDocument } from './report-document.js';
import { isAmount } from './shown-amount.js';

/** What a spreadsheet would take for a formula, and run (CWE-1236). */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * RFC 4180, UTF-8: a line of field names, then each row with what kind it is. Texts that a spreadsheet would run as a
 * formula get an apostrophe in front; amounts stay plain decimals.
 */
export function writeCsv({ columns, rows }: ReportDocument): Readable {
  const records = async function* () {
    yield ['row', ...columns.map(({ field }) => field), 'link'];
    for await (const { kind, cells, link } of rows)
      yield [
        kind,
        ...columns.map((column) => {
          const cell = cells[column.field] ?? '';
          return !isAmount(column) && FORMULA.test(cell) ? `'${cell}` : cell;
        }),
        link ?? '',
      ];
  };
  const csv = stringify({ record_delimiter: 'windows' });
  // the reader sees what went wrong as an error of the stream that it reads
  pipeline(Readable.from(records()), csv, () => undefined);
  return csv;
}
