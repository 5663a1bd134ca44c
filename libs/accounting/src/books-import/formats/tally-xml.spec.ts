import type { ParsedBooks } from './parsed-books.js';
import { parseTallyXml } from './tally-xml.js';

const file = (messages: string) =>
  `<ENVELOPE><BODY><IMPORTDATA><REQUESTDATA>\n${messages}\n</REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>`;
const message = (inner: string) => `<TALLYMESSAGE xmlns:UDF="TallyUDF">${inner}</TALLYMESSAGE>`;
const entry = (ledger: string, amount: string, more = '') =>
  `<ALLLEDGERENTRIES.LIST><LEDGERNAME>${ledger}</LEDGERNAME><AMOUNT>${amount}</AMOUNT>${more}</ALLLEDGERENTRIES.LIST>`;
const voucher = (inner: string) =>
  message(
    `<VOUCHER VCHTYPE="Sales" REMOTEID="r-1"><DATE>20260401</DATE><VOUCHERNUMBER>S/1</VOUCHERNUMBER>${inner}</VOUCHER>`,
  );
const read = (text: string) => parseTallyXml(new TextEncoder().encode(text));
const sums = (books: ParsedBooks) =>
  books.vouchers.map(({ entries }) => entries.map(({ ledger, amount }) => `${ledger} ${amount.toFixed(2)}`));

const MASTERS = [
  message('<GROUP NAME="Branches &amp; Co"><PARENT>&#4; Primary</PARENT></GROUP>'),
  message(
    '<LEDGER NAME="Mehta"><PARENT>Sundry Debtors</PARENT><ISBILLWISEON>Yes</ISBILLWISEON><OPENINGBALANCE>-1180.00</OPENINGBALANCE>' +
      '<BILLALLOCATIONS.LIST><NAME>INV-1</NAME><BILLDATE>20260115</BILLDATE><OPENINGBALANCE>-1180.00</OPENINGBALANCE></BILLALLOCATIONS.LIST></LEDGER>',
  ),
  message('<COSTCENTRE NAME="Pune"><CATEGORY>Branches</CATEGORY><PARENT/></COSTCENTRE>'),
  message('<VOUCHERTYPE NAME="Tax Invoice"><PARENT>Sales</PARENT></VOUCHERTYPE>'),
  message('<UNIT NAME="Nos"/>'),
].join('\n');

describe("Tally's XML", () => {
  it('gives masters, openings with debit positive, and says what it leaves out', async () => {
    const books = await read(file(MASTERS));
    expect(books.groups).toEqual([
      { row: 2, name: 'Branches & Co', parent: null, nature: null, affectsGrossProfit: false },
    ]);
    expect(books.ledgers[0]).toMatchObject({ row: 3, name: 'Mehta', group: 'Sundry Debtors', billByBill: true });
    expect(books.ledgers[0]!.opening!.toFixed(2)).toBe('1180.00');
    expect(books.ledgers[0]!.openingBills).toMatchObject([{ type: 'new_ref', name: 'INV-1', date: '2026-01-15' }]);
    expect(books.costCentres).toEqual([{ row: 4, name: 'Pune', parent: null, category: 'Branches' }]);
    expect(books.voucherTypes).toEqual([{ row: 5, name: 'Tax Invoice', base: 'Sales' }]);
    expect(books.ignored).toEqual({ UNIT: 1 });
    expect(books.errors).toEqual([]);
  });

  it.each(['utf-16le', 'utf-16be'])('is the same in %s, with its mark or without', async (encoding) => {
    const text = file(MASTERS.replace('Mehta', 'मेहता'));
    for (const mark of ['\ufeff', '']) {
      const bytes = Buffer.from(mark + text, 'utf16le');
      if (encoding === 'utf-16be') bytes.swap16();
      expect((await parseTallyXml(bytes)).ledgers[0]!.name).toBe('मेहता');
    }
  });

  it('loses control characters and stray ampersands, and reads Windows-1252', async () => {
    const books = await parseTallyXml(
      Buffer.from(
        file(message('<LEDGER NAME="\u0004Caf\u00e9 R&D &#x1f;"><PARENT>Sales Accounts</PARENT></LEDGER>')),
        'latin1',
      ),
    );
    expect(books.ledgers[0]!.name).toBe('Café R&D');
  });

  it('gives bills and cost centres of a voucher', async () => {
    const bill =
      '<BILLALLOCATIONS.LIST><NAME>S/1</NAME><BILLTYPE>New Ref</BILLTYPE><AMOUNT>-100.00</AMOUNT></BILLALLOCATIONS.LIST>';
    const cost =
      '<CATEGORYALLOCATIONS.LIST><CATEGORY>Branches</CATEGORY><COSTCENTREALLOCATIONS.LIST><NAME>Pune</NAME><AMOUNT>100.00</AMOUNT></COSTCENTREALLOCATIONS.LIST></CATEGORYALLOCATIONS.LIST>';
    const { vouchers } = await read(file(voucher(entry('Mehta', '-100.00', bill) + entry('Sales', '100.00', cost))));
    const [found] = vouchers;
    expect(found).toMatchObject({ key: 'r-1', type: 'Sales', number: 'S/1', date: '2026-04-01', cancelled: false });
    expect(found!.entries[0]!.bills.map(({ type, name, amount }) => [type, name, amount.toFixed(2)])).toEqual([
      ['new_ref', 'S/1', '100.00'],
    ]);
    expect(found!.entries[1]!.costCentres.map(({ name, amount }) => [name, amount.toFixed(2)])).toEqual([
      ['Pune', '-100.00'],
    ]);
  });

  it('takes the ledgers of an invoice from its items', async () => {
    const invoice =
      '<LEDGERENTRIES.LIST><LEDGERNAME>Mehta</LEDGERNAME><AMOUNT>-118.00</AMOUNT></LEDGERENTRIES.LIST>' +
      '<LEDGERENTRIES.LIST><LEDGERNAME>GST</LEDGERNAME><AMOUNT>18.00</AMOUNT></LEDGERENTRIES.LIST>' +
      '<ALLINVENTORYENTRIES.LIST><ACCOUNTINGALLOCATIONS.LIST><LEDGERNAME>Sales</LEDGERNAME><AMOUNT>100.00</AMOUNT></ACCOUNTINGALLOCATIONS.LIST></ALLINVENTORYENTRIES.LIST>';
    expect(sums(await read(file(voucher(invoice))))).toEqual([['Mehta 118.00', 'GST -18.00', 'Sales -100.00']]);
  });

  it('reads a foreign amount as what it is in the books', async () =>
    expect(
      sums(await read(file(voucher(entry('Acme', '-$10.00 @ ₹ 80/$ = -₹ 800.00') + entry('Sales', '800.00'))))),
    ).toEqual([['Acme 800.00', 'Sales -800.00']]));

  it('says the line and the element of what is wrong, and reads the rest', async () => {
    const rows = [
      voucher(entry('A', '-10.00') + entry('B', '9.00')),
      voucher(entry('A', 'ten')),
      message('<LEDGER><PARENT>Sales Accounts</PARENT></LEDGER>'),
      voucher(entry('A', '-10.00') + entry('B', '10.00')),
    ];
    const books = await read(file(rows.join('\n')));
    expect(books.errors).toEqual([
      { row: 2, column: 'AMOUNT', message: 'debit and credit differ by 1' },
      { row: 3, column: 'AMOUNT', message: '"ten" is no amount' },
      { row: 4, column: 'NAME', message: 'it has no name' },
    ]);
    expect(sums(books)).toEqual([['A 10.00', 'B -10.00']]);
  });

  it('reads what is around a message that is no XML', async () => {
    const books = await read(file(`${message('<LEDGER NAME="A">\n<PARENT></LEDGER>')}\n${MASTERS}`));
    expect(books.errors).toMatchObject([{ row: 3, column: 'TALLYMESSAGE' }]);
    expect(books.ledgers.map(({ row, name }) => [row, name])).toEqual([[5, 'Mehta']]);
  });

  it('finds a name that stands in a list alone', async () => {
    const listed = '<NAME.LIST TYPE="String"><NAME>Rent</NAME><NAME>Hire</NAME></NAME.LIST>';
    const ledger = `<LEDGER><PARENT>Indirect Expenses</PARENT><LANGUAGENAME.LIST>${listed}</LANGUAGENAME.LIST></LEDGER>`;
    expect((await read(file(message(ledger)))).ledgers).toMatchObject([{ name: 'Rent', group: 'Indirect Expenses' }]);
  });

  it('says what a primary group is, and what lay in stock', async () => {
    const group =
      '<GROUP NAME="Own"><PARENT/><ISREVENUE>No</ISREVENUE><ISDEEMEDPOSITIVE>Yes</ISDEEMEDPOSITIVE></GROUP>';
    const item = (value: string) => message(`<STOCKITEM NAME="Rod"><OPENINGVALUE>${value}</OPENINGVALUE></STOCKITEM>`);
    const books = await read(file([message(group), item('-500.00'), item('-20.50')].join('\n')));
    expect(books.groups).toMatchObject([{ name: 'Own', parent: null, nature: 'asset' }]);
    expect(books.openingStock.toFixed(2)).toBe('520.50');
  });

  it.each([
    ['<ENVELOPE><BODY>', /cannot be read: line/],
    ['<ENVELOPE>\n<TALLYMESSAGE>\n<LEDGER>', /line 2: TALLYMESSAGE has no end/],
    ['<html></html>', /no TALLYMESSAGE/],
    ['<!DOCTYPE a [<!ENTITY b "c">]><ENVELOPE/>', /document type/],
  ])('refuses %s', (text, sentence) => expect(read(text)).rejects.toThrow(sentence));
});
