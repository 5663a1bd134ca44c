import { canonicalJson, sha256 } from '@finvera/common';
import type { ImportFormat } from '../import-options.js';
import type { ParsedBooks } from './parsed-books.js';
import { readCsvTable } from './tables/csv-table.js';
import { guessColumns } from './tables/guess-columns.js';
import { parseTable } from './tables/parse-table.js';
import type { TableColumns } from './tables/table.js';
import { readXlsxTable } from './tables/xlsx-table.js';
import { parseTallyXml } from './tally-xml.js';

/** A file of books whose kind is known. */
export interface OpenedFile {
  /** what a mapping is remembered for: files alike */
  source: string;
  /** what its columns are called; null when it is no table */
  header: string[] | null;
  /** which columns hold what, as far as the file says it; null when it is no table */
  guess(): TableColumns | null;
  parse(columns: TableColumns | null): Promise<ParsedBooks>;
}

/** @throws DomainError 400 when it cannot be read as what it is said to be */
export async function openFile(
  format: ImportFormat,
  bytes: Uint8Array,
  columns?: TableColumns | null,
): Promise<OpenedFile> {
  if (format === 'tally_xml')
    return { source: sha256(format), header: null, guess: () => null, parse: () => parseTallyXml(bytes) };
  const table = await { csv: readCsvTable, xlsx: readXlsxTable }[format](bytes, columns ?? {});
  return {
    source: sha256(canonicalJson([format, table.header])),
    header: table.header,
    guess: () => guessColumns(table),
    parse: (given) => parseTable(table, given ?? guessColumns(table)),
  };
}

const BLANK = new Set([0x00, 0xff, 0xfe, 0xef, 0xbb, 0xbf, 0x20, 0x09, 0x0a, 0x0d]);

/** What a file looks like: XML, a ZIP container, or else text. */
export function formatOf(bytes: Uint8Array): ImportFormat {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return 'xlsx';
  const first = bytes.subarray(0, 64).find((byte) => !BLANK.has(byte));
  return first === 0x3c ? 'tally_xml' : 'csv';
}
