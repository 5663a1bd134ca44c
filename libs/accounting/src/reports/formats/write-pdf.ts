import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { once } from 'node:events';
import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import { PassThrough, type Readable } from 'node:stream';
import type { ReportColumn, ReportRow } from '../frame/report-table.js';
import { layOut, type PlacedColumn } from './pdf-layout.js';
import type { ReportDocument } from './report-document.js';
import { amountsOnPaper, isAmount } from './shown-amount.js';

/** Noto Sans has Latin, Greek, Cyrillic and Devanagari letters and the sign of the rupee in one file. */
const FONTS = '@expo-google-fonts/noto-sans';
const require = createRequire(import.meta.url);
const FONT = require.resolve(`${FONTS}/400Regular/NotoSans_400Regular.ttf`);
const BOLD_FONT = require.resolve(`${FONTS}/700Bold/NotoSans_700Bold.ttf`);

const MARGIN = 36;
const FOOTER = 24;
const SIZE = 8;
const LINE = 12;
const PADDING = 3;
const INDENT = 8;
/** A cell's text is broken into so many lines at most. */
const CELL_LINES_MAX = 4;
/** More columns than this stand on a page that lies on its side. */
const PORTRAIT_COLUMNS_MAX = 6;
/** Rows between two turns of the event loop. */
const ROWS_PER_TURN = 20;
const INK = { text: '#111111', faint: '#666666', line: '#999999', struck: '#888888' };

/** Pages of A4 with the company's name, the columns' names on each page, and page numbers. Written page by page. */
export function writePdf(document: ReportDocument): Readable {
  const file = new PassThrough();
  new PdfWriter(document, file).write().catch((error: Error) => file.destroy(error));
  return file;
}

class PdfWriter {
  private readonly pdf: InstanceType<typeof PDFDocument>;
  private readonly columns: PlacedColumn[];
  private readonly shown: (amount: string, column: ReportColumn) => string;
  private readonly right: number;
  private readonly bottom: number;
  private page = 0;
  private y = 0;

  constructor(
    private readonly document: ReportDocument,
    private readonly file: PassThrough,
  ) {
    const { columns, currency, currencyDigits, title, company } = document;
    this.pdf = new PDFDocument({
      size: 'A4',
      layout: columns.length > PORTRAIT_COLUMNS_MAX ? 'landscape' : 'portrait',
      margin: 0,
      autoFirstPage: false,
      // a default font would be opened again with each change of font: pdfkit keeps one file under one name
      font: null as never,
      info: { Title: title, Author: company },
    });
    this.pdf.registerFont('plain', FONT).registerFont('bold', BOLD_FONT);
    this.pdf.addPage();
    this.right = this.pdf.page.width - MARGIN;
    this.bottom = this.pdf.page.height - MARGIN - FOOTER;
    this.columns = layOut(columns, MARGIN, this.right);
    this.shown = amountsOnPaper(currency, currencyDigits);
    this.pdf.pipe(file);
  }

  async write(): Promise<void> {
    this.beginPage();
    let written = 0;
    for await (const row of this.document.rows) {
      this.row(row);
      written += 1;
      if (written % ROWS_PER_TURN === 0) await this.untilRead();
    }
    if (written === 0)
      this.row({ kind: 'note', cells: { [this.columns[0]!.column.field]: 'Nothing in this period.' } });
    this.pdf.end();
  }

  /** Lets others work, and waits for a reader that is slower than the writer. */
  private async untilRead(): Promise<void> {
    await turnOfTheEventLoop();
    while (this.file.writableNeedDrain) await Promise.race([once(this.file, 'drain'), once(this.file, 'close')]);
    if (this.file.destroyed) throw new Error('nobody reads on');
  }

  /** pdfkit keeps every word that it has laid out: of a long report that would be all of its amounts. */
  private forgetWords(): void {
    for (const name of ['plain', 'bold']) {
      const { _font: font } = this.pdf.font(name) as unknown as { _font: { layoutCache?: object | false } };
      if (font.layoutCache) font.layoutCache = Object.create(null);
    }
  }

  private beginPage(): void {
    this.page += 1;
    this.forgetWords();
    this.y = MARGIN;
    if (this.page === 1) this.heading();
    this.footer();
    for (const { column, x, width } of this.columns)
      this.cell(column.title, { x, width, right: isAmount(column), font: 'bold' });
    this.y += LINE;
    this.line(this.y);
    this.y += PADDING;
  }

  private heading(): void {
    const { company, title, subject, period, currency } = this.document;
    const sign = currency === 'INR' ? '₹ (INR)' : currency;
    const width = this.right - MARGIN;
    const lines: [string, string, number, string][] = [
      [company, 'bold', 14, INK.text],
      [subject ? `${title}: ${subject}` : title, 'bold', 11, INK.text],
      [`${period} · amounts in ${sign}`, 'plain', SIZE, INK.faint],
    ];
    for (const [text, font, size, ink] of lines) {
      this.pdf.font(font).fontSize(size).fillColor(ink);
      this.pdf.text(this.cut(text, width), MARGIN, this.y, { lineBreak: false });
      this.y += size * 1.5;
    }
    this.y += LINE / 2;
  }

  private footer(): void {
    const { company, title, printed } = this.document;
    const top = this.bottom + PADDING * 2;
    const number = `Page ${this.page}`;
    this.line(top - PADDING);
    this.pdf.font('plain').fontSize(7).fillColor(INK.faint);
    const width = this.right - MARGIN - this.pdf.widthOfString(number) - PADDING;
    this.pdf.text(this.cut(`${company} · ${title} · ${printed}`, width), MARGIN, top, { lineBreak: false });
    this.pdf.text(number, this.right - this.pdf.widthOfString(number), top, { lineBreak: false });
  }

  private row(row: ReportRow): void {
    const isBold = row.kind === 'heading' || row.kind === 'subtotal' || row.kind === 'total';
    const font = isBold ? 'bold' : 'plain';
    this.pdf.font(font).fontSize(SIZE);
    const cells = this.columns.map(({ column, x, width }, index) => {
      const value = row.cells[column.field] ?? '';
      const indent = index === 0 ? (row.depth ?? 0) * INDENT : 0;
      const isNumber = isAmount(column);
      const text = isNumber && value !== '' ? this.shown(value, column) : value;
      // an amount is never cut; a heading may run over the empty cells beside it
      const room = row.kind === 'heading' || row.kind === 'note' ? this.right - x : width;
      const lines = isNumber ? [text] : this.broken(text, room - indent);
      return { lines, x: x + indent, width: width - indent, isNumber };
    });
    const height = Math.max(1, ...cells.map(({ lines }) => lines.length)) * LINE;
    if (this.y + height + (isBold ? LINE : 0) > this.bottom) {
      this.pdf.addPage();
      this.beginPage();
    }
    if (row.kind === 'total') this.line(this.y - 1);
    for (const { lines, x, width, isNumber } of cells)
      for (const [index, text] of lines.entries())
        this.cell(text, {
          x,
          width,
          right: isNumber,
          font,
          ink: row.struck ? INK.struck : INK.text,
          down: index * LINE,
        });
    if (row.struck) this.line(this.y + LINE / 2 - 1);
    if (row.link) this.pdf.link(MARGIN, this.y, this.right - MARGIN, height, `${this.document.origin}${row.link}`);
    this.y += height;
    if (row.kind === 'total') this.line(this.y - 1);
  }

  private cell(
    text: string,
    {
      x,
      width,
      right,
      font,
      ink = INK.text,
      down = 0,
    }: { x: number; width: number; right: boolean; font: string; ink?: string; down?: number },
  ): void {
    if (text === '') return;
    this.pdf.font(font).fontSize(SIZE).fillColor(ink);
    const free = width - this.pdf.widthOfString(text);
    const size = free < 0 && right ? Math.max(4, (SIZE * width) / (width - free)) : SIZE;
    this.pdf.fontSize(size);
    this.pdf.text(text, right ? x + width - this.pdf.widthOfString(text) : x, this.y + down, { lineBreak: false });
  }

  /** Into lines that fit, at spaces where there are any; what does not fit into the last one is cut. */
  private broken(text: string, width: number): string[] {
    const lines: string[] = [];
    let line = '';
    const words = text.split(/\s+/).filter(Boolean);
    for (const [index, word] of words.entries()) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line === '' || this.pdf.widthOfString(longer) <= width) {
        line = longer;
        continue;
      }
      if (lines.length === CELL_LINES_MAX - 1) {
        lines.push(this.cut(`${line} ${words.slice(index).join(' ')}`, width));
        return lines;
      }
      lines.push(this.cut(line, width));
      line = word;
    }
    lines.push(this.cut(line, width));
    return lines;
  }

  /** Ends with "…" where it is wider. */
  private cut(text: string, width: number): string {
    if (this.pdf.widthOfString(text) <= width) return text;
    const letters = [...text];
    let [fits, tooMany] = [0, letters.length];
    while (fits + 1 < tooMany) {
      const middle = (fits + tooMany) >> 1;
      if (this.pdf.widthOfString(`${letters.slice(0, middle).join('')}…`) <= width) fits = middle;
      else tooMany = middle;
    }
    return `${letters.slice(0, fits).join('')}…`;
  }

  private line(y: number): void {
    this.pdf.moveTo(MARGIN, y).lineTo(this.right, y).lineWidth(0.5).strokeColor(INK.line).stroke();
  }
}
