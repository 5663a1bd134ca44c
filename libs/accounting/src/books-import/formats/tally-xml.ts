import { setImmediate } from 'node:timers/promises';
import { malformed } from '@finvera/common';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { noBooks, type ParsedBooks, type ParsedGroup } from './parsed-books.js';
import { cutMessages, type Message } from './tally-messages.js';
import { tallyText } from './tally-text.js';
import { type Node, name, nodes, parentName, RowProblem, text, toAmount, toBills, yes } from './tally-values.js';
import { toVoucher } from './tally-vouchers.js';

/** Masters and vouchers together. */
export const MESSAGES_MAX = 100_000;
/** Messages between which others come to their turn. */
const MESSAGES_AT_ONCE = 100;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true, // numbers of characters too
  captureMetaData: true,
  isArray: (tag) => tag === 'TALLYMESSAGE' || tag.endsWith('.LIST'),
});

const READERS: Record<string, (node: Node, row: number, into: ParsedBooks) => void> = {
  GROUP: (node, row, { groups }) =>
    groups.push({
      row,
      name: name(node),
      parent: parentName(node),
      nature: natureOf(node),
      affectsGrossProfit: yes(node, 'AFFECTSGROSSPROFIT'),
    }),
  LEDGER: (node, row, { ledgers }) => {
    const group = parentName(node);
    ledgers.push({
      row,
      name: name(node),
      // Tally's own Profit & Loss A/c stands under Primary
      group: group ?? 'Primary',
      opening: toAmount(node, 'OPENINGBALANCE').negated(),
      billByBill: yes(node, 'ISBILLWISEON'),
      openingBills: toBills(node),
    });
  },
  COSTCENTRE: (node, row, { costCentres }) =>
    costCentres.push({ row, name: name(node), parent: parentName(node), category: text(node, 'CATEGORY') || null }),
  VOUCHERTYPE: (node, row, { voucherTypes }) =>
    voucherTypes.push({ row, name: name(node), base: parentName(node) ?? name(node) }),
  VOUCHER: (node, row, { vouchers }) => vouchers.push(toVoucher(node, row)),
  // Tally's trial balance opens with the value of its items where books and stock are kept together
  STOCKITEM: (node, _row, books) => {
    books.openingStock = books.openingStock.minus(toAmount(node, 'OPENINGVALUE'));
    countIgnored('STOCKITEM', books);
  },
};

/** What a primary group of the company's own is: Tally says it in two switches. */
function natureOf(node: Node): ParsedGroup['nature'] {
  if (text(node, 'ISREVENUE') === '') return null;
  const growsOnDebit = yes(node, 'ISDEEMEDPOSITIVE');
  if (yes(node, 'ISREVENUE')) return growsOnDebit ? 'expense' : 'income';
  return growsOnDebit ? 'asset' : 'liability';
}

/**
 * Tally's XML, as it exports masters and vouchers (in one file or in two).
 * A row that cannot be read is an error with its line; the others are answered. Others come to their turn meanwhile.
 * @throws DomainError 400 when the file is no XML, no Tally file, or longer than MESSAGES_MAX messages
 */
export async function parseTallyXml(bytes: Uint8Array): Promise<ParsedBooks> {
  const { messages, envelope } = cutMessages(tallyText(bytes), MESSAGES_MAX);
  const valid = XMLValidator.validate(envelope);
  if (valid !== true) throw malformed(`The file cannot be read: line ${valid.err.line}: ${valid.err.msg}`);
  if (messages.length === 0)
    throw malformed('The file cannot be read: it has no TALLYMESSAGE, so it is no export of Tally.');
  const books = noBooks();
  for (const [index, message] of messages.entries()) {
    if (index % MESSAGES_AT_ONCE === MESSAGES_AT_ONCE - 1) await setImmediate();
    takeMessage(message, books);
  }
  return books;
}

function takeMessage({ source, line }: Message, books: ParsedBooks): void {
  const valid = XMLValidator.validate(source);
  if (valid !== true) {
    const row = line + valid.err.line - 1;
    books.errors.push({ row, column: 'TALLYMESSAGE', message: `it cannot be read: ${valid.err.msg}` });
    return;
  }
  const [message] = nodes(parser.parse(source) as Node, 'TALLYMESSAGE');
  const lineAt = lineCounter(source, line);
  for (const [kind, found] of Object.entries(message ?? {}))
    for (const node of [found].flat() as unknown[]) if (isNode(node)) take(kind, node, lineAt, books);
}

function take(kind: string, node: Node, lineAt: (offset: number) => number, books: ParsedBooks): void {
  const read = READERS[kind];
  if (!read) {
    countIgnored(kind, books);
    return;
  }
  const meta = node[XMLParser.getMetaDataSymbol() as never] as { startIndex?: number } | undefined;
  const row = lineAt(meta?.startIndex ?? 0);
  try {
    read(node, row, books);
  } catch (error) {
    if (!(error instanceof RowProblem)) throw error;
    books.errors.push({ row, column: error.column, message: error.message });
  }
}

function countIgnored(kind: string, { ignored }: ParsedBooks): void {
  ignored[kind] = (ignored[kind] ?? 0) + 1;
}

const isNode = (value: unknown): value is Node => value !== null && typeof value === 'object' && !Array.isArray(value);

/** What one message holds comes in its order: each line is counted once. */
function lineCounter(source: string, firstLine: number): (offset: number) => number {
  let at = 0;
  let line = firstLine;
  return (offset) => {
    if (offset < at) [at, line] = [0, firstLine];
    for (; at < offset; at += 1) if (source[at] === '\n') line += 1;
    return line;
  };
}
