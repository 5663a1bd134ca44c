import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { ReportColumn, ReportRow } from '../frame/report-table.js';
import type { ReportDocument } from './report-document.js';
import { isAmount } from './shown-amount.js';
import { CONTENT_TYPES, PACKAGE_RELATIONS, STYLES, STYLE, WORKBOOK_RELATIONS, workbook } from './xlsx-parts.js';
import { xmlText } from './xml-text.js';

/** A spreadsheet keeps numbers as IEEE doubles: up to so many digits they come back as they were written. */
const EXACT_DIGITS = 15;
const CELL_TEXT_MAX = 32_767;
const FORMULA_TEXT_MAX = 255;
const ROWS_PER_CHUNK = 100;
const HEADER_ROWS = 5;

/**
 * One sheet (ECMA-376), written row by row: memory does not grow with the report. Amounts are numbers, written as the
 * decimals that they are; one with more digits than a spreadsheet can hold is a text, so that no paisa is lost.
 */
export function writeXlsx(document: ReportDocument): Readable {
  const zip = new ZipFile();
  const part = (name: string, xml: string) => zip.addBuffer(Buffer.from(xml), name);
  part('[Content_Types].xml', CONTENT_TYPES);
  part('_rels/.rels', PACKAGE_RELATIONS);
  part('xl/workbook.xml', workbook(xmlText(document.title).slice(0, 31), HEADER_ROWS));
  part('xl/_rels/workbook.xml.rels', WORKBOOK_RELATIONS);
  part('xl/styles.xml', STYLES(document.currencyDigits));
  const file = new PassThrough();
  const sheet = Readable.from(sheetXml(document));
  sheet.once('error', (error) => file.destroy(error));
  file.once('close', () => sheet.destroy());
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml');
  zip.end();
  zip.outputStream.pipe(file);
  return file;
}

async function* sheetXml({ columns, rows, origin, ...document }: ReportDocument): AsyncGenerator<string> {
  const widths = columns.map(({ kind }, index) => {
    const width = kind === 'text' ? (index === 0 ? 40 : 26) : kind === 'date' ? 12 : 18;
    return `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;
  });
  yield `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="${HEADER_ROWS}" topLeftCell="A${HEADER_ROWS + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData>`;
  const about = [document.title, document.subject].filter(Boolean).join(': ');
  const header = [document.company, about, document.period, `Amounts in ${document.currency}, ${document.printed}`];
  for (const [index, line] of header.entries())
    yield row(index + 1, [text(line, index < 2 ? STYLE.bold : STYLE.plain)]);
  const titles = [...columns.map(({ title }) => text(title, STYLE.bold)), text('Details', STYLE.bold)];
  yield row(HEADER_ROWS, titles);
  let number = HEADER_ROWS;
  let chunk: string[] = [];
  for await (const one of rows) {
    number += 1;
    chunk.push(
      row(number, [...columns.map((column, index) => cellOf(one, column, index)), linkCell(one.link, origin)]),
    );
    if (chunk.length === ROWS_PER_CHUNK) {
      yield chunk.join('');
      chunk = [];
    }
  }
  yield `${chunk.join('')}</sheetData></worksheet>`;
}

/** A cell: its attributes and what is in it; undefined for an empty one. */
type Cell = { attributes: string; inner: string } | undefined;

/** Each cell says where it stands; empty ones are left away. */
function row(number: number, cells: readonly Cell[]): string {
  const written = cells.map((cell, index) =>
    cell ? `<c r="${columnName(index)}${number}" ${cell.attributes}>${cell.inner}</c>` : '',
  );
  return `<row r="${number}">${written.join('')}</row>`;
}

/** 0 → "A", 26 → "AA". */
export const columnName = (index: number): string =>
  (index >= 26 ? columnName(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));

function cellOf({ kind, depth = 0, cells, struck }: ReportRow, column: ReportColumn, index: number): Cell {
  const value = cells[column.field];
  const isBold = kind === 'heading' || kind === 'subtotal' || kind === 'total';
  if (value === null || value === undefined || value === '') return undefined;
  if (!isAmount(column)) {
    const indented = index === 0 ? `${'  '.repeat(depth)}${value}` : value;
    return text(indented, struck ? STYLE.struck : isBold ? STYLE.bold : STYLE.plain);
  }
  if (column.kind === 'number') return numberCell(value, isBold ? STYLE.bold : STYLE.plain);
  return numberCell(value, struck ? STYLE.struckAmount : isBold ? STYLE.boldAmount : STYLE.amount);
}

function numberCell(value: string, style: number): Cell {
  const digits = value.replace(/^-/, '').replace('.', '').replace(/^0+/, '');
  const isPlain = /^-?\d+(\.\d+)?$/.test(value) && digits.length <= EXACT_DIGITS;
  return isPlain ? { attributes: `s="${style}"`, inner: `<v>${value}</v>` } : text(value, STYLE.right);
}

const text = (value: string, style: number): Cell => ({
  attributes: `s="${style}" t="inlineStr"`,
  inner: `<is><t xml:space="preserve">${xmlText(value.slice(0, CELL_TEXT_MAX))}</t></is>`,
});

function linkCell(link: string | undefined, origin: string): Cell {
  const address = `${origin}${link}`;
  if (!link || address.length > FORMULA_TEXT_MAX) return undefined;
  const formula = `HYPERLINK("${address.replaceAll('"', '%22')}","open")`;
  return { attributes: `s="${STYLE.link}" t="str"`, inner: `<f>${xmlText(formula)}</f><v>open</v>` };
}
