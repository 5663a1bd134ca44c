import { Decimal } from '@finvera/common';
import type { ParsedEntry, ParsedVoucher } from './parsed-books.js';
import { type Node, nodes, RowProblem, text, toAmount, toBills, toDate, yes } from './tally-values.js';

/**
 * A voucher of Tally, in either of its two forms: all entries in one list, or as an invoice,
 * where the ledgers of sales or purchases stand within the items.
 * @throws RowProblem when a part cannot be read, or debit and credit differ
 */
export function toVoucher(node: Node, row: number): ParsedVoucher {
  const type = text(node, 'VOUCHERTYPENAME') || attribute(node, '@VCHTYPE');
  if (type === '') throw new RowProblem('VOUCHERTYPENAME', 'it has no voucher type');
  const cancelled =
    yes(node, 'ISCANCELLED') || yes(node, 'ISDELETED') || attribute(node, '@ACTION').toLowerCase() === 'cancel';
  const entries = entriesOf(node);
  const difference = entries.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
  if (!cancelled && !difference.isZero())
    throw new RowProblem('AMOUNT', `debit and credit differ by ${difference.abs().toFixed()}`);
  return {
    row,
    key: text(node, 'GUID') || attribute(node, '@REMOTEID') || null,
    type,
    number: text(node, 'VOUCHERNUMBER'),
    date: toDate(node, 'DATE'),
    reference: text(node, 'REFERENCE'),
    narration: text(node, 'NARRATION'),
    party: text(node, 'PARTYLEDGERNAME') || null,
    cancelled,
    optional: yes(node, 'ISOPTIONAL'),
    entries,
  };
}

function entriesOf(voucher: Node): ParsedEntry[] {
  // A file may repeat the short list beside the full one: then the full one is the voucher.
  const full = nodes(voucher, 'ALLLEDGERENTRIES.LIST').filter(hasLedger);
  const listed = full.length > 0 ? full : nodes(voucher, 'LEDGERENTRIES.LIST').filter(hasLedger);
  const items = [...nodes(voucher, 'ALLINVENTORYENTRIES.LIST'), ...nodes(voucher, 'INVENTORYENTRIES.LIST')];
  const ofItems = items.flatMap((item) => nodes(item, 'ACCOUNTINGALLOCATIONS.LIST')).filter(hasLedger);
  return [...listed, ...ofItems].map(toEntry).filter(({ amount }) => !amount.isZero());
}

const hasLedger = (entry: Node) => text(entry, 'LEDGERNAME') !== '';

const toEntry = (entry: Node): ParsedEntry => ({
  ledger: text(entry, 'LEDGERNAME'),
  amount: toAmount(entry, 'AMOUNT').negated(),
  bills: toBills(entry),
  costCentres: nodes(entry, 'CATEGORYALLOCATIONS.LIST').flatMap((category) =>
    nodes(category, 'COSTCENTREALLOCATIONS.LIST').map((part) => ({
      category: text(category, 'CATEGORY') || null,
      name: text(part, 'NAME'),
      amount: toAmount(part, 'AMOUNT').negated(),
    })),
  ),
});

const attribute = (node: Node, name: string): string => {
  const value = node[name];
  return typeof value === 'string' ? value.trim() : '';
};
