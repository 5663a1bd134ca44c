import { Decimal, isCalendarDate } from '@finvera/common';
import type { BillType } from '../../vouchers/bill.js';
import type { ParsedBill } from './parsed-books.js';

export type Node = Record<string, unknown>;

/** What is wrong with one row; the others are read on. */
export class RowProblem extends Error {
  constructor(
    readonly column: string,
    message: string,
  ) {
    super(message);
  }
}

const AMOUNT = /^[+-]?\d{1,15}(\.\d{1,4})?$/;
const BILL_TYPES: Record<string, BillType> = {
  'new ref': 'new_ref',
  'agst ref': 'agst_ref',
  advance: 'advance',
  'on account': 'on_account',
};

/** An element's text: some carry attributes, then the parser keeps the text apart. */
export function text(node: Node, tag: string): string {
  const value = [node[tag]].flat()[0];
  if (typeof value === 'string') return value.trim();
  const inner = value !== null && typeof value === 'object' ? (value as Node)['#text'] : undefined;
  return typeof inner === 'string' ? inner.trim() : '';
}

export const nodes = (node: Node, tag: string): Node[] =>
  ([node[tag] ?? []].flat() as unknown[]).filter((one): one is Node => one !== null && typeof one === 'object');

export const yes = (node: Node, tag: string): boolean => text(node, tag).toLowerCase() === 'yes';

/** @throws RowProblem */
export function name(node: Node): string {
  const attribute = node['@NAME'];
  const found = (typeof attribute === 'string' ? attribute.trim() : '') || text(node, 'NAME') || listedName(node);
  if (found === '') throw new RowProblem('NAME', 'it has no name');
  return found;
}

/** Some files have the name in a list alone, with other names of the same behind it. */
function listedName(node: Node): string {
  const lists = [node, ...nodes(node, 'LANGUAGENAME.LIST')].flatMap((one) => nodes(one, 'NAME.LIST'));
  return lists.map((list) => text(list, 'NAME')).find((one) => one !== '') ?? '';
}

/** null: none, or Tally's "Primary". */
export function parentName(node: Node): string | null {
  const parent = text(node, 'PARENT');
  return parent === '' || parent.toLowerCase() === 'primary' ? null : parent;
}

/**
 * As Tally writes it: credit positive, debit negative; of a foreign amount ("-$10.00 @ ₹80/$ = -₹800.00") what it is in the books.
 * @throws RowProblem
 */
export function toAmount(node: Node, tag: string): Decimal {
  const given = text(node, tag);
  const inBooks = given.slice(given.lastIndexOf('=') + 1);
  const plain = inBooks.replace(/[\s,\u00a0\p{Sc}]/gu, '');
  if (plain === '') return new Decimal(0);
  if (!AMOUNT.test(plain)) throw new RowProblem(tag, `${JSON.stringify(given.slice(0, 60))} is no amount`);
  return new Decimal(plain);
}

/** @throws RowProblem */
export function toDate(node: Node, tag: string): string {
  const given = text(node, tag);
  const date = given.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  if (!isCalendarDate(date)) throw new RowProblem(tag, `${JSON.stringify(given.slice(0, 40))} is no date`);
  return date;
}

/** "30 Days"; the field has other forms, which are left to the ledger's credit days. */
function toDays(period: string): number | null {
  const days = /^(\d{1,4})\s*days?$/i.exec(period)?.[1];
  return days === undefined ? null : Number(days);
}

/** Bills of an entry or of an opening; Tally leaves an empty list where there are none. */
export function toBills(node: Node): ParsedBill[] {
  return nodes(node, 'BILLALLOCATIONS.LIST')
    .map((bill) => {
      const given = text(bill, 'BILLTYPE').toLowerCase();
      const type = given === '' ? 'new_ref' : BILL_TYPES[given];
      if (!type) throw new RowProblem('BILLTYPE', `${JSON.stringify(given.slice(0, 40))} is no kind of bill`);
      return {
        type,
        name: text(bill, 'NAME'),
        amount: toAmount(bill, bill.AMOUNT === undefined ? 'OPENINGBALANCE' : 'AMOUNT').negated(),
        date: text(bill, 'BILLDATE') === '' ? null : toDate(bill, 'BILLDATE'),
        creditDays: toDays(text(bill, 'BILLCREDITPERIOD')),
      };
    })
    .filter(({ amount }) => !amount.isZero());
}
