import { type Actor, addDays, type Decimal, type FieldError, newId, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { CostCentreLookup, type CostPart } from '../cost-centres/cost-parts.js';
import { completeForeign } from '../currencies/complete-foreign.js';
import type { ForeignAmount } from '../currencies/foreign-amount.js';
import type { CompanySettings } from '../company/company-settings.js';
import type { Metadata } from '../metadata/metadata.js';
import { StockLookup, type StockPart } from '../stock/stock-parts.js';
import { cashAndBankGroups, type KnownLedger, LedgerLookup } from './ledger-lookup.js';
import type { VoucherBodyDto } from './voucher-body.dto.js';
import { assertDate } from './voucher-date.js';
import { type BillPart, readLines, type VoucherLine } from './voucher-lines.js';
import { givenNumber } from './voucher-numbering.js';
import { assertTypeAllowed, type NumberedType, readVoucherTypes } from './voucher-types.js';
import { OUTSIDE_BOOKS } from './voucher-type.entity.js';

export interface PreparedLine {
  id: string;
  ledgerId: string;
  /** the ledger's name */
  ledger: string;
  debit: Decimal;
  credit: Decimal;
  narration: string;
  bills: BillPart[];
  costs?: CostPart[];
  foreign?: ForeignAmount | null;
}

/** A voucher that the rules allow, ready to be written. */
export interface PreparedVoucher {
  type: NumberedType;
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
  metadata?: Metadata | null;
  stock?: StockPart[];
  /** where it stands in the body, for refusals */
  path: string;
}

export interface PrepareOptions {
  settings: CompanySettings;
  /** who asks for each of them, or for all; a person may be limited to some voucher types */
  actors: readonly Actor[] | Actor;
  /** whether the caller may date into locked periods with a reason */
  mayOverrideLock: boolean;
  /** refusals name the voucher's place in the list */
  bulk?: boolean;
  /** the voucher that the body changes or mirrors: it keeps its number, and its type although no longer active */
  stored?: { voucherTypeId: string; number: string | null };
}

type Body = VoucherBodyDto & { status?: 'posted' | 'draft' | 'post_dated' };

/**
 * Checks vouchers against the rules that look at one voucher alone: amounts, balance, ledgers, bills, dates, type.
 * Types and ledgers of all of them are read once.
 */
export async function prepareVouchers(
  tx: EntityManager,
  bodies: readonly Body[],
  { settings, mayOverrideLock, bulk = false, stored, actors }: PrepareOptions,
): Promise<PreparedVoucher[]> {
  const base = { currency: settings.baseCurrency, digits: settings.currencyDigits };
  const read = (await completeForeign(tx, bodies, { base, bulk })).map((body, index) => {
    const path = bulk ? `vouchers.${index}.` : '';
    return { body, path, ...readLines(body.entries, settings.currencyDigits, path) };
  });
  const ledgers = await LedgerLookup.load(
    tx,
    read.flatMap(({ lines }) => lines),
  );
  const centres = await CostCentreLookup.load(
    tx,
    read.flatMap(({ lines }) => lines),
  );
  const stock = await StockLookup.load(tx, bodies);
  const types = await readVoucherTypes(tx);
  const typed = read.map((one) => ({ ...one, type: types.of(one.body.voucher_type, one.path, stored?.voucherTypeId) }));
  for (const [index, { type }] of typed.entries())
    assertTypeAllowed(Array.isArray(actors) ? actors[index] : actors, type.id, type.name);
  const cashAndBank = typed.some(({ type }) => type.baseType === 'contra') ? await cashAndBankGroups(tx) : null;
  return typed.map(({ body, path, lines, total, type }) => ({
    type,
    path,
    date: body.date,
    number: givenNumber(type, body.number, {
      kept: stored?.number ?? null,
      required: body.status === undefined || body.status === 'posted',
      field: `${path}number`,
    }),
    narration: body.narration ?? '',
    reference: body.reference ?? '',
    affectsBooks: !OUTSIDE_BOOKS.has(type.baseType),
    isOpening: false,
    total,
    metadata: body.metadata,
    stock: stock.partsOf(body.stock, { path, digits: settings.currencyDigits, baseType: type.baseType }),
    lockOverrideReason: assertDate(body.date, {
      settings,
      mayOverrideLock,
      reason: body.lock_override_reason,
      field: `${path}date`,
    }),
    lines: lines.map((line, index) => {
      const field = `${path}entries.${index}`;
      const ledger = ledgers.of(line, field);
      if (type.baseType === 'contra' && !cashAndBank!.has(ledger.groupId))
        throw refuse(
          'contra_needs_cash_or_bank',
          `A contra voucher moves money between cash and bank; ${ledger.name} is neither.`,
          { field, message: 'is neither cash nor bank' },
        );
      const { debit, credit, narration, foreign } = line;
      const bills = billsOf(line, ledger, body.date);
      const costs = centres.partsOf(line.costs, debit.plus(credit), {
        field: `${field}.cost_centres`,
        digits: settings.currencyDigits,
      });
      return { id: newId(), ledgerId: ledger.id, ledger: ledger.name, debit, credit, narration, bills, costs, foreign };
    }),
  }));
}

/**
 * An entry of a bill-by-bill ledger that was not split counts as on account. A new reference falls due after the
 * ledger's credit days when no due date was given.
 */
function billsOf(line: VoucherLine, { billByBill, creditDays }: KnownLedger, date: string): BillPart[] {
  if (!billByBill) return [];
  if (!line.bills || line.bills.length === 0)
    return [{ type: 'on_account', name: '', amount: line.debit.plus(line.credit), dueDate: null }];
  return line.bills.map((bill) =>
    bill.type === 'new_ref' && bill.dueDate === undefined && creditDays !== null
      ? { ...bill, dueDate: addDays(date, creditDays) }
      : bill,
  );
}

const refuse = (code: string, message: string, detail: FieldError) => ruleBroken(code, message, [detail]);
