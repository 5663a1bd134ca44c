import { setImmediate } from 'node:timers/promises';
import { Decimal, ZERO } from '@finvera/common';
import { foldName } from '../../vouchers/same-name.js';
import { OUTSIDE_BOOKS } from '../../vouchers/voucher-type.entity.js';
import type { ParsedBooks } from '../formats/parsed-books.js';
import type { ImportOptions } from '../import-options.js';
import type { KnownBooks } from './known-books.js';
import { CostCentrePlan } from './plan-cost-centres.js';
import { EntryPlan } from './plan-entries.js';
import { GroupPlan } from './plan-groups.js';
import { LedgerPlan } from './plan-ledgers.js';
import { type Fingerprint, type ImportedVoucher, VOUCHERS_AT_ONCE, VoucherPlan } from './plan-vouchers.js';
import { VoucherTypePlan } from './plan-voucher-types.js';
import { type PlannedRow, RowRefusal } from './planned-row.js';
import { type Warning, Warnings } from './warnings.js';

/** The trial balance of the file, one ledger. */
export interface FileBalance {
  /** as the company calls it */
  ledger: string;
  /** debit positive; null: the file does not say it */
  opening: Decimal | null;
  debit: Decimal;
  credit: Decimal;
}

export interface ImportSummary {
  /** what the columns of the file are called; null when it is no table */
  header: string[] | null;
  /** first and last date of its vouchers */
  from: string | null;
  to: string | null;
  /** sum of all openings of the file, debit positive: what stands in Suspense A/c */
  opening_difference: string;
  /** messages that books do not take, by kind */
  ignored: Record<string, number>;
  warnings: Warning[];
}

export interface BooksPlan {
  rows: PlannedRow[];
  balances: FileBalance[];
  summary: Omit<ImportSummary, 'header'>;
}

interface Context {
  known: KnownBooks;
  options: ImportOptions;
  /** of its vouchers, in their order */
  fingerprints: readonly Fingerprint[];
  imported: ReadonlyMap<string, ImportedVoucher>;
}

/** What becomes of a file's books in those of the company: row by row, and the trial balance that must come out. */
export async function planBooks(parsed: ParsedBooks, context: Context): Promise<BooksPlan> {
  const { known, options, imported } = context;
  const warnings = new Warnings();
  const withBills = new Set(
    parsed.vouchers.flatMap(({ entries }) =>
      entries.filter(({ bills }) => bills.length > 0).map(({ ledger }) => foldName(ledger)),
    ),
  );
  const groups = new GroupPlan(known, parsed.groups, options.names.groups);
  const centres = new CostCentrePlan({ known, options }, parsed.costCentres);
  const types = new VoucherTypePlan({ known, options, vouchers: parsed.vouchers }, parsed.voucherTypes);
  const ledgers = new LedgerPlan({ known, groups, options, warnings, withBills });
  ledgers.plan(parsed.ledgers, parsed.openingStock);
  const entries = new EntryPlan({ ledgers, centres, warnings, digits: known.settings.currencyDigits });
  for (const { name, openingBills } of parsed.ledgers)
    for (const bill of openingBills) entries.isNew(ledgers.nameOf(name), bill.name);
  const vouchers = new VoucherPlan({ known, types, entries, warnings, imported });
  const balances = new Balances();
  for (const { name, opening } of parsed.ledgers) if (opening !== null) balances.open(ledgers.nameOf(name), opening);
  if (ledgers.stockLedger !== null) balances.open(ledgers.stockLedger, parsed.openingStock);
  for (const [index, voucher] of parsed.vouchers.entries()) {
    if (index % VOUCHERS_AT_ONCE === VOUCHERS_AT_ONCE - 1) await setImmediate();
    const { status } = vouchers.plan(voucher, context.fingerprints[index]!);
    if (status === 'left_out' || voucher.cancelled || voucher.optional || isOutsideBooks(types, voucher.type)) continue;
    for (const { ledger, amount } of voucher.entries) balances.add(ledgers.nameOf(ledger), amount);
  }
  const unread = parsed.errors.map(({ row, column, message }): PlannedRow => {
    return {
      line: row,
      kind: 'unread',
      name: '',
      status: 'refused',
      column,
      code: 'unreadable',
      message: message.slice(0, 500),
    };
  });
  const dates = parsed.vouchers.map(({ date }) => date).sort();
  return {
    rows: [...unread, ...groups.rows, ...centres.rows, ...types.rows, ...ledgers.rows, ...vouchers.rows],
    balances: balances.list(),
    summary: {
      from: dates[0] ?? null,
      to: dates.at(-1) ?? null,
      opening_difference: balances.openingDifference().toFixed(known.settings.currencyDigits),
      ignored: parsed.ignored,
      warnings: warnings.list(),
    },
  };
}

function isOutsideBooks(types: VoucherTypePlan, name: string): boolean {
  try {
    return OUTSIDE_BOOKS.has(types.named(name, 1).baseType);
  } catch (error) {
    if (error instanceof RowRefusal) return error.status === 'left_out';
    throw error;
  }
}

class Balances {
  private readonly byName = new Map<string, FileBalance>();

  open(ledger: string, opening: Decimal): void {
    const balance = this.of(ledger);
    balance.opening = (balance.opening ?? ZERO).plus(opening);
  }

  add(ledger: string, amount: Decimal): void {
    const balance = this.of(ledger);
    if (amount.isNegative()) balance.credit = balance.credit.minus(amount);
    else balance.debit = balance.debit.plus(amount);
  }

  list(): FileBalance[] {
    return [...this.byName.values()].filter(
      ({ opening, debit, credit }) => !(opening ?? ZERO).isZero() || !debit.isZero() || !credit.isZero(),
    );
  }

  openingDifference(): Decimal {
    return [...this.byName.values()].reduce((sum, { opening }) => sum.plus(opening ?? ZERO), ZERO);
  }

  private of(ledger: string): FileBalance {
    const key = foldName(ledger);
    let balance = this.byName.get(key);
    if (!balance) {
      balance = { ledger, opening: null, debit: ZERO, credit: ZERO };
      this.byName.set(key, balance);
    }
    return balance;
  }
}
