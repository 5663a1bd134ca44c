import { malformed } from '@finvera/common';
import { parse } from 'csv-parse/sync';
import { ROWS_MAX } from './check-rows.js';

export type RowsFormat = 'csv' | 'jsonl';

/**
 * Rows of a table with a heading (RFC 4180; comma, semicolon or tab), or one JSON object a line. Empty lines are passed over.
 * @throws DomainError 400 `rows_invalid` naming the line
 */
export function parseRows(text: string, format: RowsFormat): object[] {
  return format === 'csv' ? parseCsv(text) : parseJsonLines(text);
}

function parseCsv(text: string): object[] {
  try {
    const [heading = ''] = text.split('\n', 1);
    const delimiter = [',', ';', '\t'].toSorted((a, b) => heading.split(b).length - heading.split(a).length)[0]!;
    return parse(text, { columns: true, bom: true, delimiter, skip_empty_lines: true, trim: true, to: ROWS_MAX + 1 });
  } catch (error) {
    const { lines, message } = error as { lines?: number; message: string };
    throw malformed(`The table cannot be read${lines ? `, line ${lines}` : ''}: ${message}`, undefined, 'rows_invalid');
  }
}

function parseJsonLines(text: string): object[] {
  return text.split('\n').flatMap((line, index): object[] => {
    if (line.trim() === '') return [];
    try {
      const row: unknown = JSON.parse(line);
      if (row !== null && typeof row === 'object' && !Array.isArray(row)) return [row];
    } catch {
      // falls through to the refusal
    }
    throw malformed(`Line ${index + 1} is not a JSON object.`, undefined, 'rows_invalid');
  });
}
