import { malformed } from '@finvera/common';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { ParsedBooks } from './parsed-books.js';
import { tallyText } from './tally-text.js';
import { type Node, name, nodes, parentName, RowProblem, text, toAmount, toBills, yes } from './tally-values.js';
import { toVoucher } from './tally-vouchers.js';

/** Masters and vouchers together. */
export const MESSAGES_MAX = 100_000;

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
  GROUP: (node, row, { groups }) => groups.push({ row, name: name(node), parent: parentName(node) }),
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
};

/**
 * Tally's XML, as it exports masters and vouchers (in one file or in two).
 * A row that cannot be read is an error with its line; the others are answered.
 * @throws DomainError 400 when the file is no XML, no Tally file, or longer than MESSAGES_MAX messages
 */
export function parseTallyXml(bytes: Uint8Array): ParsedBooks {
  const source = tallyText(bytes);
  const valid = XMLValidator.validate(source);
  if (valid !== true) throw malformed(`The file cannot be read: line ${valid.err.line}: ${valid.err.msg}`);
  const messages = messagesOf(parser.parse(source));
  if (messages.length === 0)
    throw malformed('The file cannot be read: it has no TALLYMESSAGE, so it is no export of Tally.');
  if (messages.length > MESSAGES_MAX)
    throw malformed(`The file has ${messages.length} messages; send at most ${MESSAGES_MAX} at once.`);
  const books: ParsedBooks = {
    groups: [],
    ledgers: [],
    costCentres: [],
    voucherTypes: [],
    vouchers: [],
    errors: [],
    ignored: {},
  };
  const lineAt = lineCounter(source);
  for (const message of messages)
    for (const [kind, found] of Object.entries(message))
      for (const node of [found].flat() as unknown[]) if (isNode(node)) take(kind, node, lineAt, books);
  return books;
}

function take(kind: string, node: Node, lineAt: (offset: number) => number, books: ParsedBooks): void {
  const read = READERS[kind];
  if (!read) {
    books.ignored[kind] = (books.ignored[kind] ?? 0) + 1;
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

/** Wherever the envelope keeps them: REQUESTDATA of an import or DATA of an export. */
function messagesOf(tree: unknown): Node[] {
  if (Array.isArray(tree)) return tree.flatMap(messagesOf);
  if (!isNode(tree)) return [];
  return Object.entries(tree).flatMap(([tag, inner]) =>
    tag === 'TALLYMESSAGE' ? nodes(tree, tag) : messagesOf(inner),
  );
}

const isNode = (value: unknown): value is Node => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Messages come in the order of the file: each line is counted once. */
function lineCounter(source: string): (offset: number) => number {
  let at = 0;
  let line = 1;
  return (offset) => {
    if (offset < at) [at, line] = [0, 1];
    for (; at < offset; at += 1) if (source[at] === '\n') line += 1;
    return line;
  };
}
