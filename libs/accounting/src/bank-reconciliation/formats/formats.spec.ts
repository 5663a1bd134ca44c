import { parseCamt053 } from './camt053.js';
import { parseCsv, toDate } from './csv.js';
import { parseMt940 } from './mt940.js';
import { parseOfx } from './ofx.js';
import type { ParsedStatement } from './parsed-statement.js';

/** Figures as text, so that a difference is read at a glance. */
const plain = ({ opening, closing, lines, ...rest }: ParsedStatement) => ({
  ...rest,
  opening: opening?.toFixed(2) ?? null,
  closing: closing?.toFixed(2) ?? null,
  lines: lines.map(({ amount, ...line }) => ({ ...line, amount: amount.toFixed(2) })),
});

describe('a table of a bank', () => {
  const HDFC = `HDFC BANK Ltd.
Statement of account
Date,Narration,Chq/Ref No,Withdrawal Amt,Deposit Amt,Closing Balance
12/10/26,CASH DEPOSIT SELF,,,"25,000.00","2,75,000.00"
14/10/26,"NEFT DR-RENT, OCTOBER",N287261,"18,000.00",,"2,57,000.00"
,,,,,
`;

  it('has its columns where the mapping says', () =>
    expect(
      plain(
        parseCsv(HDFC, {
          date: 'Date',
          date_format: 'DD/MM/YY',
          description: 'Narration',
          reference: 'Chq/Ref No',
          withdrawal: 'Withdrawal Amt',
          deposit: 'Deposit Amt',
          balance: 'Closing Balance',
          skip_lines: 2,
        }),
      ),
    ).toEqual({
      from: '2026-10-12',
      to: '2026-10-14',
      opening: '250000.00',
      closing: '257000.00',
      lines: [
        { date: '2026-10-12', amount: '25000.00', description: 'CASH DEPOSIT SELF', reference: '' },
        { date: '2026-10-14', amount: '-18000.00', description: 'NEFT DR-RENT, OCTOBER', reference: 'N287261' },
      ],
    }));

  it('may have the newest line first, semicolons and decimal commas', () =>
    expect(
      plain(
        parseCsv('\ufeffBuchung;Text;Betrag\n02.03.2026;Miete;-1.234,50\n01.03.2026;Zins;0,05\n', {
          date: 'Buchung',
          date_format: 'DD.MM.YYYY',
          description: 'Text',
          amount: 'Betrag',
          decimal: ',',
          delimiter: ';',
        }),
      ).lines.map(({ date, amount }) => `${date} ${amount}`),
    ).toEqual(['2026-03-01 0.05', '2026-03-02 -1234.50']));

  it('that cannot be read is refused with the place', () => {
    const mapping = { date: 'Date', description: 'Text', amount: 'Amount' };
    expect(() => parseCsv('Date,Text,Amount\n2026-02-30,x,1\n', mapping)).toThrow('line 2: "2026-02-30" is no date');
    expect(() => parseCsv('Date,Text,Amount\n2026-02-01,x,1e3\n', mapping)).toThrow('line 2: "1e3" is no amount');
    expect(() => parseCsv('Date,Text,Sum\n2026-02-01,x,1\n', mapping)).toThrow('it has no column "Amount"');
    expect(() => parseCsv('Date,Text,Amount\n"2026', mapping)).toThrow('is no row of this table');
  });

  it.each([
    ['5 Oct 2026', 'DD MMM YYYY', '2026-10-05'],
    ['10/5/2026', 'MM/DD/YYYY', '2026-10-05'],
    ['05-OCT-26', 'DD-MMM-YY', '2026-10-05'],
    ['05-10-2026 13:45', 'DD-MM-YYYY', '2026-10-05'],
  ])('reads %s by %s', (text, format, date) => expect(toDate(text, format, 'line 1')).toBe(date));
});

describe('OFX', () => {
  /** After the sample of OFX 1.6, 11.12. */
  const OFX1 = `OFXHEADER:100
DATA:OFXSGML

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>999988</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20051001<DTEND>20051028
<STMTTRN><TRNTYPE>CHECK<DTPOSTED>20051004<TRNAMT>-200.00<FITID>00002<CHECKNUM>1000</STMTTRN>
<STMTTRN><TRNTYPE>ATM<DTPOSTED>20051020120000.000[-5:EST]<TRNAMT>-300.00<FITID>00003<NAME>ATM & CO &amp; SONS<MEMO>main street</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>200.29<DTASOF>20051029</LEDGERBAL><AVAILBAL><BALAMT>9.00</AVAILBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>`;
  const expected = {
    from: '2005-10-01',
    to: '2005-10-28',
    opening: null,
    closing: '200.29',
    lines: [
      { date: '2005-10-04', amount: '-200.00', description: '', reference: '1000' },
      { date: '2005-10-20', amount: '-300.00', description: 'ATM & CO & SONS main street', reference: '00003' },
    ],
  };

  it('is read as SGML and as XML', () => {
    expect(plain(parseOfx(OFX1))).toEqual(expected);
    const xml = OFX1.replace(/<([A-Z]+)>([^<\n]+)/g, '<$1>$2</$1>');
    expect(plain(parseOfx(xml))).toEqual(expected);
  });

  it('that is something else is refused', () => {
    expect(() => parseOfx('hello')).toThrow('it is no OFX');
    expect(() => parseOfx(OFX1.replace('<TRNAMT>-200.00', ''))).toThrow('transaction 1: TRNAMT is missing');
  });
});

describe('camt.053', () => {
  const CAMT = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id>
<FrToDt><FrDtTm>2026-10-01T00:00:00</FrDtTm><ToDtTm>2026-10-31T23:59:59</ToDtTm></FrToDt>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-10-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">5.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Dt><Dt>2026-10-31</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">105.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-10-09</Dt></BookgDt><AcctSvcrRef>B-1</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Cdtr><Pty><Nm>M&#252;ller &amp; S&#246;hne</Nm></Pty></Cdtr></RltdPties>
<RmtInf><Ustrd>Rechnung 2026-77</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-10-10</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy="EUR">105.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><BookgDt><DtTm>2026-10-11T08:00:00</DtTm></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>`;

  it('has balances, parties, remittance and reversals', () =>
    expect(plain(parseCamt053(CAMT))).toEqual({
      from: '2026-10-01',
      to: '2026-10-31',
      opening: '100.00',
      closing: '-5.50',
      lines: [
        { date: '2026-10-09', amount: '-105.50', description: 'Müller & Söhne Rechnung 2026-77', reference: 'B-1' },
        { date: '2026-10-11', amount: '105.50', description: '', reference: '' },
      ],
    }));

  it('that is broken, something else or a bomb is refused', () => {
    expect(() => parseCamt053(CAMT.replace('</Stmt>', ''))).toThrow('cannot be read: line');
    expect(() => parseCamt053('<a/>')).toThrow('it is no camt.053');
    expect(() => parseCamt053(`<!DOCTYPE x [<!ENTITY a "aaaa">]>${CAMT}`)).toThrow('a document type is not taken');
  });
});

describe('MT940', () => {
  const MT940 = `:20:STARTUMS
:25:12345678/9876543210
:28C:00001/001
:60F:C261231EUR1000,00
:61:2701020102DR20,5NMSCNONREF//B123
second line
:86:177?00SEPA?20Rechnung?2177-2026?30BANKDE?32Muster
:61:2612311231C1000,00NTRFREF-9
:86:plain text
over two lines
:62F:C270102EUR1979,50
-`;

  it('has balances, lines with their years, references and information', () =>
    expect(plain(parseMt940(MT940))).toEqual({
      from: '2026-12-31',
      to: '2027-01-02',
      opening: '1000.00',
      closing: '1979.50',
      lines: [
        { date: '2027-01-02', amount: '-20.50', description: 'Rechnung 77-2026 Muster', reference: 'B123' },
        { date: '2026-12-31', amount: '1000.00', description: 'plain text over two lines', reference: 'REF-9' },
      ],
    }));

  it('dates an entry of December, valued in January, in the year before', () =>
    expect(parseMt940(MT940.replace('2701020102DR', '2701021230DR')).lines[0]!.date).toBe('2026-12-30'));

  it('that is something else is refused', () => {
    expect(() => parseMt940('hello')).toThrow('it is no MT940');
    expect(() => parseMt940(MT940.replace('2701020102DR20,5', 'x'))).toThrow('field :61: number 1');
  });
});
