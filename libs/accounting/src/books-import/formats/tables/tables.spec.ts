import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { ParsedBooks } from '../parsed-books.js';
import { formatOf, openFile } from '../open-file.js';
import type { TableColumns } from './table.js';

const bytesOf = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

async function read(text: string, columns?: Partial<TableColumns>): Promise<ParsedBooks> {
  const file = await openFile('csv', bytesOf(text));
  return file.parse({ ...file.guess()!, ...columns });
}

const shown = ({ vouchers }: ParsedBooks) =>
  vouchers.map(({ date, type, number, entries }) =>
    [date, type, number, ...entries.map(({ ledger, amount }) => `${ledger} ${amount.toFixed(2)}`)].join(' | '),
  );

const JOURNAL = `Date;Vch Type;Vch No.;Account;Debit;Credit;Narration
05/04/2026;Sales;S/1;Mehta;1.180,00;;sold
;;;Sales;;1.000,00;
;;;GST;;180,00;
06/04/2026;Payment;;Rent;500,50;;
06/04/2026;Payment;;Cash;;500,50;
06/04/2026;Payment;;Rent;7,00;;
06/04/2026;Payment;;Cash;;7,00;
;;;Total;1.687,50;1.687,50;
`;
const JOURNAL_SHOWN = [
  '2026-04-05 | Sales | S/1 | Mehta 1180.00 | Sales -1000.00 | GST -180.00',
  '2026-04-06 | Payment |  | Rent 500.50 | Cash -500.50',
  '2026-04-06 | Payment |  | Rent 7.00 | Cash -7.00',
];

describe('A table of books', () => {
  it('is a voucher over several rows: same date, type and number, or until it balances', async () => {
    const file = await openFile('csv', bytesOf(JOURNAL));
    expect(file.guess()).toMatchObject({
      content: 'vouchers', date: 'Date', voucher_type: 'Vch Type', number: 'Vch No.', ledger: 'Account', debit: 'Debit', credit: 'Credit', date_format: 'DD/MM/YYYY',
    }); // biome-ignore format: one list
    const books = await read(JOURNAL, { decimal: ',' });
    expect(books.errors).toEqual([]);
    expect(shown(books)).toEqual(JOURNAL_SHOWN);
    expect(books.vouchers.map(({ row, narration }) => [row, narration])).toEqual([
      [2, 'sold'],
      [5, ''],
      [7, ''],
    ]);
  });

  it('is a voucher in each row, with both ledgers', async () => {
    const text =
      'date,debit account,credit account,amount\n2026-04-01,Rent,Cash,"₹1,500.00"\n2026-04-01,Cash,Sales,20 Cr\n';
    expect(shown(await read(text, { default_type: 'Payment' }))).toEqual([
      '2026-04-01 | Payment |  | Rent 1500.00 | Cash -1500.00',
      '2026-04-01 | Payment |  | Cash -20.00 | Sales 20.00',
    ]);
  });

  it('is ledgers with groups and openings, of either side', async () => {
    const { ledgers, vouchers } = await read(
      'Ledger Name\tUnder\tOpening Balance\tBillwise\nMehta\tSundry Debtors\t1,000.00 Dr\tYes\nCapital\tCapital Account\t(1000)\t\nRent\tIndirect Expenses\t\t\n',
    );
    expect(vouchers).toEqual([]);
    expect(
      ledgers.map(({ row, name, group, opening, billByBill }) => [row, name, group, opening?.toFixed(2), billByBill]),
    ).toEqual([
      [2, 'Mehta', 'Sundry Debtors', '1000.00', true],
      [3, 'Capital', 'Capital Account', '-1000.00', false],
      [4, 'Rent', 'Indirect Expenses', '0.00', false],
    ]);
  });

  it('names line and column of what cannot be read, leaves that voucher away, and reads on', async () => {
    const books = await read(
      'Date,Vch No,Ledger,Debit,Credit\n31/02/2026,1,A,5,\n31/02/2026,1,B,,5\n01/03/2026,2,A,five,\n01/03/2026,2,B,,5\n02/03/2026,3,A,5,\n02/03/2026,3,,,5\n03/03/2026,4,A,5,\n03/03/2026,4,B,,5\n',
    );
    expect(books.errors.map(({ row, column }) => [row, column])).toEqual([
      [2, 'Date'],
      [4, 'Debit'],
      [7, 'Ledger'],
    ]);
    expect(shown(books)).toEqual(['2026-03-03 | Journal | 4 | A 5.00 | B -5.00']);
  });

  it('says which column is missing', async () => {
    expect((await read('Date,Account\n01/01/2026,A\n')).errors).toEqual([
      { row: 1, column: 'debit', message: expect.stringMatching(/which column/) },
    ]);
    expect((await read('a,b\n1,2\n')).errors).toMatchObject([{ column: 'ledger' }]);
  });

  it('comes in any encoding, below other lines, and only with rows', async () => {
    const text = `Books of Café\n\n${JOURNAL.replaceAll('Mehta', 'Café')}`;
    for (const encoding of ['utf8', 'latin1', 'utf16le'] as const) {
      const bytes = bytesOf(encoding === 'utf16le' ? `\ufeff${text}` : text, encoding);
      const columns: TableColumns = { content: 'vouchers', skip_lines: 2, decimal: ',' };
      const file = await openFile('csv', bytes, columns);
      const books = await file.parse({ ...file.guess()!, ...columns });
      expect(books.vouchers[0]).toMatchObject({ row: 4, entries: [{ ledger: 'Café' }, {}, {}] });
    }
    await expect(openFile('csv', bytesOf('a,b\n'))).rejects.toThrow(/no rows/);
    await expect(openFile('csv', bytesOf('a,b\n"1,2\n'))).rejects.toThrow(/cannot be read/);
  });

  it('is the first sheet of a workbook: dates, and numbers as they are shown', async () => {
    const workbook = await givenWorkbook([
      '<row r="1"><c r="A1" t="inlineStr"><is><t>Date</t></is></c><c r="B1" t="inlineStr"><is><t>Ledger</t></is></c><c r="C1" t="inlineStr"><is><t>Debit</t></is></c><c r="D1" t="inlineStr"><is><t>Credit</t></is></c></row>',
      '<row r="2"><c r="A2" s="1"><v>46117</v></c><c r="B2" t="inlineStr"><is><t>Rent</t></is></c><c r="C2"><v>1180.0999999999999</v></c></row>',
      '<row r="4"><c r="B4" t="inlineStr"><is><t>Cash</t></is></c><c r="D4"><v>1180.1</v></c></row>',
    ]);
    expect(formatOf(workbook)).toBe('xlsx');
    const file = await openFile('xlsx', workbook);
    expect(file.header).toEqual(['Date', 'Ledger', 'Debit', 'Credit']);
    const books = await file.parse(file.guess());
    expect(books.errors).toEqual([]);
    expect(shown(books)).toEqual(['2026-04-05 | Journal |  | Rent 1180.10 | Cash -1180.10']);
    expect(books.vouchers[0]!.row).toBe(2);
    await expect(openFile('xlsx', bytesOf('PK no workbook'))).rejects.toThrow(/cannot be read as a workbook/);
  });

  it('is not unpacked without end', async () => {
    const zip = new ZipFile();
    zip.addReadStream(Readable.from(zeros(140)), 'xl/worksheets/sheet1.xml');
    zip.end();
    await expect(openFile('xlsx', await buffer(zip.outputStream))).rejects.toThrow(/larger than 128 MiB/);
  });
});

function* zeros(mebibytes: number): Generator<Buffer> {
  const some = Buffer.alloc(1_048_576, 0x20);
  for (let n = 0; n < mebibytes; n += 1) yield some;
}

/** A workbook with one sheet; style 1 is a date. */
async function givenWorkbook(rows: string[]): Promise<Buffer> {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const parts: Record<string, string> = {
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="Books" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${rows.join('')}</sheetData></worksheet>`,
  };
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return buffer(zip.outputStream);
}
