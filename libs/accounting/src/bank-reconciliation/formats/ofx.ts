import { finish, type ParsedStatement, readAmount, readDate, unreadable } from './parsed-statement.js';

/**
 * OFX 1 (SGML, where elements with a value need no end) and OFX 2 (XML): both are read as a sequence of `<TAG>value`.
 * Source: OFX Banking Specification 2.3, 11.4.
 */
export function parseOfx(text: string): ParsedStatement {
  if (!/<OFX>/i.test(text)) throw unreadable('the file', 'it is no OFX: <OFX> is missing');
  const transactions = [...text.matchAll(/<STMTTRN>([\s\S]*?)(?=<\/STMTTRN>|<STMTTRN>|<\/BANKTRANLIST>)/gi)];
  const lines = transactions.map(([, body = ''], index) => {
    const where = `transaction ${index + 1}`;
    const field = (tag: string) => textIn(body, tag);
    const required = (tag: string) => {
      const value = field(tag);
      if (value === '') throw unreadable(where, `${tag} is missing`);
      return value;
    };
    return {
      date: dateOf(required('DTPOSTED'), where),
      amount: readAmount(required('TRNAMT'), where, /,\d{1,2}$/.test(required('TRNAMT')) ? ',' : '.'),
      description: [field('NAME'), field('MEMO')].filter((part) => part !== '').join(' '),
      reference: field('CHECKNUM') || field('REFNUM') || field('FITID'),
    };
  });
  const balance = /<LEDGERBAL>([\s\S]*?)(?=<\/LEDGERBAL>|<AVAILBAL>|<\/STMTRS>)/i.exec(text)?.[1] ?? '';
  const closing = textIn(balance, 'BALAMT');
  const list = /<BANKTRANLIST>([\s\S]*?)<STMTTRN>/i.exec(text)?.[1] ?? '';
  const day = (tag: string) => (textIn(list, tag) === '' ? null : dateOf(textIn(list, tag), tag));
  return finish({
    from: day('DTSTART'),
    to: day('DTEND'),
    opening: null,
    closing: closing === '' ? null : readAmount(closing, 'LEDGERBAL'),
    lines,
  });
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

const textIn = (body: string, tag: string): string =>
  (new RegExp(`<${tag}>([^<\\r\\n]*)`, 'i').exec(body)?.[1] ?? '')
    .trim()
    .replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, name: string) => ENTITIES[name]!);

/** "20261031120000.000[+5.5:IST]": the day as the bank writes it. */
const dateOf = (text: string, where: string) =>
  readDate(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`, where);
