import { Decimal, type FieldError, fractionDigits, malformed, ruleBroken, ZERO } from '@finvera/common';
import { type ForeignAmount, foreignAmount } from '../currencies/foreign-amount.js';
import type { NamedCostPart } from '../cost-centres/cost-parts.js';
import type { BillType } from './bill.js';
import type { EntryDto } from './voucher-body.dto.js';

export interface BillPart {
  type: BillType;
  name: string;
  amount: Decimal;
  /** undefined: not said; null: none */
  dueDate: string | null | undefined;
  /** of a bill that is older than its entry, an opening; left away: the entry's */
  date?: string;
}

/** An entry whose amounts were read, before its ledger is known. */
export interface VoucherLine {
  ledgerId?: string;
  ledgerName?: string;
  debit: Decimal;
  credit: Decimal;
  narration: string;
  /** undefined: not split */
  bills?: BillPart[];
  costs?: NamedCostPart[];
  foreign?: ForeignAmount | null;
}

export interface VoucherLines {
  lines: VoucherLine[];
  /** sum of the debits, equal to that of the credits */
  total: Decimal;
}

/**
 * Reads and checks a voucher's entries without looking at the database.
 * @param digits fraction digits of the company's currency
 * @param path where the voucher stands in the body, for refusals ("" or "vouchers.3.")
 * @throws DomainError 400 naming the field; 422 `voucher_unbalanced`, `bills_do_not_add_up`
 */
export function readLines(entries: readonly EntryDto[], digits: number, path = ''): VoucherLines {
  const errors: FieldError[] = [];
  const lines = entries.map((entry, index) => readLine(entry, digits, `${path}entries.${index}.`, errors));
  if (errors.length > 0) throw malformed(errors[0]!.message, errors);
  const debit = lines.reduce((sum, line) => sum.plus(line.debit), ZERO);
  const credit = lines.reduce((sum, line) => sum.plus(line.credit), ZERO);
  if (!debit.equals(credit))
    throw ruleBroken(
      'voucher_unbalanced',
      `Debits (${debit.toFixed(digits)}) and credits (${credit.toFixed(digits)}) of the voucher are not equal; they differ by ${debit.minus(credit).abs().toFixed(digits)}.`,
      [{ field: `${path}entries`, message: 'debits and credits are not equal' }],
    );
  for (const [index, line] of lines.entries()) assertBillsAddUp(line, digits, `${path}entries.${index}.bills`);
  return { lines, total: debit };
}

function readLine(entry: EntryDto, digits: number, path: string, errors: FieldError[]): VoucherLine {
  const refuse = (field: string, message: string) =>
    errors.push({ field: `${path}${field}`, message: `${path}${field} ${message}` });
  const amount = (field: string, text: string): Decimal => {
    if (fractionDigits(text) > digits) refuse(field, `${text} has more than ${digits} digits after the point`);
    const value = new Decimal(text);
    if (value.isZero()) refuse(field, 'must be greater than zero');
    return value;
  };
  const { debit, credit } = entry;
  if (isSent(debit) === isSent(credit)) refuse('debit', 'or credit: an entry has exactly one of them');
  if (isSent(entry.ledger_id) === isSent(entry.ledger))
    refuse('ledger_id', 'or ledger: an entry has exactly one of them');
  return {
    ledgerId: entry.ledger_id ?? undefined,
    ledgerName: entry.ledger ?? undefined,
    debit: isSent(debit) ? amount('debit', debit) : ZERO,
    credit: isSent(credit) ? amount('credit', credit) : ZERO,
    narration: entry.narration ?? '',
    bills: entry.bills?.map((bill, index) => {
      const name = bill.name ?? '';
      if (bill.type === 'on_account' && name !== '') refuse(`bills.${index}.name`, 'is not for on_account');
      if (bill.type !== 'on_account' && name === '') refuse(`bills.${index}.name`, 'must name the reference');
      return {
        type: bill.type,
        name,
        amount: amount(`bills.${index}.amount`, bill.amount),
        dueDate: bill.due_date,
      };
    }),
    foreign: entry.foreign ? foreignAmount(entry.foreign) : null,
    costs: entry.cost_centres?.map((part, index) => {
      const field = `cost_centres.${index}`;
      if (isSent(part.cost_centre_id) === isSent(part.cost_centre))
        refuse(`${field}.cost_centre_id`, 'or cost_centre: a part has exactly one of them');
      return {
        id: part.cost_centre_id,
        name: part.cost_centre,
        amount: amount(`${field}.amount`, part.amount),
      };
    }),
  };
}

const isSent = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null;

function assertBillsAddUp(line: VoucherLine, digits: number, field: string): void {
  if (!line.bills || line.bills.length === 0) return;
  const parts = line.bills.reduce((sum, bill) => sum.plus(bill.amount), ZERO);
  const amount = line.debit.plus(line.credit);
  if (!parts.equals(amount))
    throw ruleBroken(
      'bills_do_not_add_up',
      `The bill references add up to ${parts.toFixed(digits)}, but the entry is ${amount.toFixed(digits)}.`,
      [{ field, message: 'do not add up to the entry' }],
    );
}
