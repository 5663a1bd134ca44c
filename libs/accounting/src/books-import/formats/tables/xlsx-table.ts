import { Decimal, malformed } from '@finvera/common';
import { readSheet } from 'read-excel-file/node';
import { fromBufferPromise, type ZipFile } from 'yauzl';
import { ROWS_MAX, type Table, type TableColumns } from './table.js';

/** Of all parts of a workbook, unpacked: a small file can hold very much. */
export const UNPACKED_BYTES_MAX = 134_217_728;
const PARTS_MAX = 1_000;
/** As many digits as a spreadsheet shows of a number. */
const DIGITS = 15;

/**
 * The first sheet of a workbook; dates as YYYY-MM-DD, numbers as they are shown.
 * @throws DomainError 400 when it is no workbook, is too large, or has more than ROWS_MAX rows
 */
export async function readXlsxTable(bytes: Uint8Array, { skip_lines = 0 }: Partial<TableColumns> = {}): Promise<Table> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  await assertNotTooLarge(buffer);
  const rows = await readSheet(buffer, { parseNumber: (text: string) => text, trim: true } as never).catch(
    (error: unknown) => {
      throw notRead((error as Error).message);
    },
  );
  const sheet = (rows as unknown[][]).map((cells, index) => ({ line: index + 1, cells: cells.map(textOf) }));
  const filled = sheet.slice(skip_lines).filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (filled.length > ROWS_MAX + 1)
    throw malformed(`The file has more than ${ROWS_MAX} rows; send at most so many at once.`);
  const [header, ...below] = filled;
  if (!header || below.length === 0)
    throw malformed('The file cannot be read: its first sheet has no rows below a header.');
  return { header: header.cells, rows: below };
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  const text = String(cell).trim();
  // a number is stored in binary: 1180.1 as 1180.0999999999999
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) && text.length > DIGITS
    ? new Decimal(text).toSignificantDigits(DIGITS).toFixed()
    : text;
}

/** Unpacks every part once, and counts: what a part says of its size is checked on the way. */
async function assertNotTooLarge(buffer: Buffer): Promise<void> {
  let unpacked = 0;
  let parts = 0;
  try {
    const zip: ZipFile = await fromBufferPromise(buffer, { lazyEntries: true });
    for await (const entry of zip.eachEntry()) {
      parts += 1;
      unpacked += entry.uncompressedSize;
      if (parts > PARTS_MAX || unpacked > UNPACKED_BYTES_MAX) break;
      for await (const _chunk of await zip.openReadStreamPromise(entry));
    }
  } catch (error) {
    throw notRead((error as Error).message);
  }
  if (parts > PARTS_MAX || unpacked > UNPACKED_BYTES_MAX)
    throw malformed(
      `The workbook is larger than ${UNPACKED_BYTES_MAX / 1_048_576} MiB when it is unpacked; send it in parts.`,
    );
}

const notRead = (why: string) => malformed(`The file cannot be read as a workbook (XLSX): ${why}`);
