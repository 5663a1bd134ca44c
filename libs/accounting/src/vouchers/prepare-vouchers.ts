import { type FieldError, newId, ruleBroken } from '@finvera/common';
import type { Decimal } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { CompanySettings } from '../company/company-settings.js';
import { cashAndBankGroups, LedgerLookup } from './ledger-lookup.js';
import type { VoucherBodyDto } from './voucher.dto.js';
import { type BillPart, readLines, type VoucherLine } from './voucher-lines.js';
import { NUMBER_MAX_LENGTH } from './voucher-numbering.js';
import { OUTSIDE_BOOKS, VoucherType } from './voucher-type.entity.js';

export interface PreparedLine {
  id: string;
  ledgerId: string;
  debit: Decimal;
  credit: Decimal;
  narration: string;
  bills: BillPart[];
}

/** A voucher that the rules allow, ready to be written. */
export interface PreparedVoucher {
  type: VoucherType;
  date: string;
  /** given by hand; null otherwise */
  number: string | null;
  narration: string;
  reference: string;
  affectsBooks: boolean;
  isOpening: boolean;
  total: Decimal;
  lines: PreparedLine[];
  lockOverrideReason: string | null;
  /** where it stands in the body, for refusals */
  path: string;
}

export interface PrepareOptions {
  settings: CompanySettings;
  /** whether the caller may date into locked periods with a reason */
  mayOverrideLock: boolean;
  bulk?: boolean;
}

/**
 * Checks vouchers against all rules that do not need a lock: amounts, balance, ledgers, bills, dates, type.
 * Types and ledgers of all of them are read once.
 */
export async function prepareVouchers(
  tx: EntityManager,
  bodies: readonly VoucherBodyDto[],
  { settings, mayOverrideLock, bulk = false }: PrepareOptions,
): Promise<PreparedVoucher[]> {
  const read = bodies.map((body, index) => {
    const path = bulk ? `vouchers.${index}.` : '';
    return { body, path, ...readLines(body.entries, settings.currencyDigits, path) };
  });
  const ledgers = await LedgerLookup.load(
    tx,
    read.flatMap(({ lines }) => lines),
  );
  const types = await tx.find(VoucherType);
  const contra = read.some(({ body }) => typeOf(types, body.voucher_type)?.baseType === 'contra');
  const cashAndBank = contra ? await cashAndBankGroups(tx) : new Set<string>();
  return read.map(({ body, path, lines, total }) => {
    const type = typeOf(types, body.voucher_type);
    if (!type)
      throw refuse('voucher_type_not_found', `There is no voucher type ${JSON.stringify(body.voucher_type)}.`, {
        field: `${path}voucher_type`,
        message: 'is not a voucher type of this company',
      });
    assertDate(body, path, settings, mayOverrideLock);
    return {
      type,
      path,
      date: body.date,
      number: manualNumber(type, body.number, path),
      narration: body.narration ?? '',
      reference: body.reference ?? '',
      affectsBooks: !OUTSIDE_BOOKS.has(type.baseType),
      isOpening: false,
      total,
      lockOverrideReason: body.lock_override_reason ?? null,
      lines: lines.map((line, index) => {
        const field = `${path}entries.${index}`;
        const ledger = ledgers.of(line, field);
        if (type.baseType === 'contra' && !cashAndBank.has(ledger.groupId))
          throw refuse(
            'contra_needs_cash_or_bank',
            `A contra voucher moves money between cash and bank; ${ledger.name} is neither.`,
            { field, message: 'is neither cash nor bank' },
          );
        return {
          id: newId(),
          ledgerId: ledger.id,
          debit: line.debit,
          credit: line.credit,
          narration: line.narration,
          bills: billsOf(line, ledger.billByBill),
        };
      }),
    };
  });
}

/** An entry of a bill-by-bill ledger that was not split counts as on account. */
function billsOf(line: VoucherLine, billByBill: boolean): BillPart[] {
  if (line.bills && line.bills.length > 0) return line.bills;
  if (!billByBill) return [];
  return [{ type: 'on_account', name: '', amount: line.debit.plus(line.credit), dueDate: null }];
}

/** By id or by name; the program's own types are nobody's. */
const typeOf = (types: readonly VoucherType[], named: string): VoucherType | undefined =>
  types.find(
    (type) => type.baseType !== 'opening' && (type.id === named || type.name.toLowerCase() === named.toLowerCase()),
  );

/** @throws DomainError 422 `before_books_begin`, `period_locked` */
export function assertDate(
  { date, lock_override_reason: reason }: { date: string; lock_override_reason?: string | null },
  path: string,
  settings: CompanySettings,
  mayOverrideLock: boolean,
): void {
  const field = `${path}date`;
  if (date < settings.booksBegin)
    throw refuse(
      'before_books_begin',
      `The books begin on ${settings.booksBegin}; nothing is dated before (${date}).`,
      { field, message: `is before ${settings.booksBegin}` },
    );
  if (settings.lockDate === null || date > settings.lockDate) return;
  if (mayOverrideLock && reason) return;
  throw refuse(
    'period_locked',
    `The books are locked up to ${settings.lockDate}; nothing dated ${date} can be created, changed or cancelled${mayOverrideLock ? ' without a lock_override_reason' : ''}.`,
    { field, message: `is in the period locked up to ${settings.lockDate}` },
  );
}

function manualNumber(type: VoucherType, number: string | null | undefined, path: string): string | null {
  const given = number === '' ? null : (number ?? null);
  const field = `${path}number`;
  if (type.numbering === 'manual' && given === null)
    throw refuse('number_required', `Vouchers of type ${type.name} are numbered by hand: send number.`, {
      field,
      message: 'is required',
    });
  if (type.numbering !== 'manual' && given !== null)
    throw refuse('number_not_allowed', `Vouchers of type ${type.name} are not numbered by hand.`, {
      field,
      message: 'is given by the program',
    });
  if (given !== null && given.length > NUMBER_MAX_LENGTH)
    throw refuse('number_too_long', `A number has at most ${NUMBER_MAX_LENGTH} characters.`, {
      field,
      message: 'is too long',
    });
  return given;
}

const refuse = (code: string, message: string, detail: FieldError) => ruleBroken(code, message, [detail]);
