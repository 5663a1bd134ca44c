import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';

export interface ReportFile {
  status: number;
  headers: Headers;
  bytes: Buffer;
}

/** Fetches a report as bytes. */
export async function fetchReport(
  { port, token }: { port: number; token: string },
  path: string,
  headers: Record<string, string> = {},
): Promise<ReportFile> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** A CSV's rows by field name. */
export const rowsOfCsv = (bytes: Buffer): Record<string, string>[] => parse(bytes, { columns: true });

/** A sheet's cells as text, row by row; numbers as the file has them. */
export async function rowsOfXlsx(bytes: Buffer): Promise<string[][]> {
  const rows = await readSheet(bytes, { parseNumber: (text: string) => text, trim: false } as never);
  return (rows as unknown[][]).map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
}

/** A PDF's text as poppler reads it, page by page. */
export function pagesOfPdf(bytes: Buffer): string[] {
  return withFile(bytes, (file) => {
    const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    return text.split('\f').slice(0, -1);
  });
}

/** How much of a PDF's first page is inked, from 0 to 1, after poppler has painted it in shades of grey. */
export function inkOfFirstPage(bytes: Buffer): number {
  return withFile(bytes, (file) => {
    const image = execFileSync('pdftoppm', ['-gray', '-r', '60', '-f', '1', '-l', '1', file], {
      maxBuffer: 64 * 1024 * 1024,
    });
    const header = /^P5\s+\d+\s+\d+\s+\d+\s/.exec(image.subarray(0, 40).toString('latin1'))![0];
    const pixels = image.subarray(header.length);
    return pixels.reduce((sum, shade) => sum + (255 - shade), 0) / (255 * pixels.length);
  });
}

function withFile<T>(bytes: Buffer, work: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'finvera-report-'));
  try {
    const file = join(folder, 'report.pdf');
    writeFileSync(file, bytes);
    return work(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
