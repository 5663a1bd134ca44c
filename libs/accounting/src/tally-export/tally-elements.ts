import { Decimal, daysBetween } from '@finvera/common';
import { TALLY_CHART } from '../chart/templates/tally.js';
import type { GroupNode } from '../reports/group-tree.js';
import { xmlText } from '../reports/formats/xml-text.js';
import type { BillType } from '../vouchers/bill.js';
import type { EntryAnswerDto, VoucherDto } from '../vouchers/voucher.dto.js';

const BILL_TYPES: Record<BillType, string> = {
  new_ref: 'New Ref',
  agst_ref: 'Agst Ref',
  advance: 'Advance',
  on_account: 'On Account',
};
const TALLY_NAMES = new Map(TALLY_CHART.groups.map(({ code, name }) => [code, name]));

/** One element with text. */
export const element = (tag: string, text: string): string => `<${tag}>${xmlText(text)}</${tag}>`;

export const message = (inner: string): string => `<TALLYMESSAGE xmlns:UDF="TallyUDF">\n${inner}\n</TALLYMESSAGE>\n`;

/** A master with its name. */
export const master = (tag: string, name: string, inner: string): string =>
  message(`<${tag} NAME="${xmlText(name)}" ACTION="Create">${inner}</${tag}>`);

/** Groups of every company have Tally's names, whatever they are called here: Tally knows them by these. */
export const groupName = ({ name, reservedCode }: GroupNode): string =>
  (reservedCode === null ? undefined : TALLY_NAMES.get(reservedCode)) ?? name;

/** Debit is negative. */
export function tallyAmount(debit: string | null, credit: string | null): string {
  const amount = new Decimal(credit ?? 0).minus(debit ?? 0);
  return amount.toFixed(new Decimal(debit ?? credit ?? 0).decimalPlaces() > 2 ? 4 : 2);
}

export const tallyDate = (date: string): string => date.replaceAll('-', '');

/** @param typeName as Tally calls the type */
export function voucherElement(
  voucher: VoucherDto,
  typeName: string,
  categoryOf: (centreId: string) => string,
): string {
  const { id, date, number, reference, narration, status, entries } = voucher;
  const cancelled = status === 'cancelled';
  const lines = cancelled ? [] : entries.map((entry) => entryElement(entry, { date, categoryOf }));
  return message(
    [
      `<VOUCHER REMOTEID="finvera-${id}" VCHTYPE="${xmlText(typeName)}" ACTION="Create">`,
      element('DATE', tallyDate(date)),
      element('GUID', `finvera-${id}`),
      element('VOUCHERTYPENAME', typeName),
      element('VOUCHERNUMBER', number ?? ''),
      element('REFERENCE', reference),
      element('NARRATION', narration),
      cancelled ? element('ISCANCELLED', 'Yes') : '',
      ...lines,
      '</VOUCHER>',
    ].join(''),
  );
}

function entryElement(
  { ledger, debit, credit, bills, cost_centres: costs }: EntryAnswerDto,
  { date, categoryOf }: { date: string; categoryOf: (centreId: string) => string },
): string {
  const side = (amount: string) => (debit === null ? tallyAmount(null, amount) : tallyAmount(amount, null));
  const billParts = bills.map(({ type, name, amount, due_date }) =>
    [
      '<BILLALLOCATIONS.LIST>',
      element('NAME', name),
      element('BILLTYPE', BILL_TYPES[type as BillType]),
      element('AMOUNT', side(amount)),
      due_date !== null && due_date >= date ? element('BILLCREDITPERIOD', `${daysBetween(date, due_date)} Days`) : '',
      '</BILLALLOCATIONS.LIST>',
    ].join(''),
  );
  const costParts = costs.map(
    ({ cost_centre_id, cost_centre, amount }) =>
      `<CATEGORYALLOCATIONS.LIST>${element('CATEGORY', categoryOf(cost_centre_id))}<COSTCENTREALLOCATIONS.LIST>${element('NAME', cost_centre)}${element('AMOUNT', side(amount))}</COSTCENTREALLOCATIONS.LIST></CATEGORYALLOCATIONS.LIST>`,
  );
  return [
    '\n<ALLLEDGERENTRIES.LIST>',
    element('LEDGERNAME', ledger),
    element('ISDEEMEDPOSITIVE', debit === null ? 'No' : 'Yes'),
    element('AMOUNT', tallyAmount(debit, credit)),
    ...billParts,
    ...costParts,
    '</ALLLEDGERENTRIES.LIST>',
  ].join('');
}
