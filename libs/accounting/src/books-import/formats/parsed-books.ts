import { Decimal } from '@finvera/common';
import type { Nature } from '../../chart/account-group.entity.js';
import type { BillType } from '../../vouchers/bill.js';

/** A file of books as its parsers answer it, whatever its format. Amounts: debit positive, credit negative. */
export interface ParsedBooks {
  groups: ParsedGroup[];
  ledgers: ParsedLedger[];
  costCentres: ParsedCostCentre[];
  voucherTypes: ParsedVoucherType[];
  vouchers: ParsedVoucher[];
  /** What lay in stock when the books began: some programs keep it with their items, not in a ledger. */
  openingStock: Decimal;
  /** What could not be read: the row is left out of the lists above. */
  errors: RowError[];
  /** Kinds of messages that books do not take, with their number (for example UNIT, STOCKITEM). */
  ignored: Record<string, number>;
}

export interface RowError {
  row: number;
  /** element or column */
  column: string;
  message: string;
}

interface Row {
  /** line of the file where the row begins, from 1 */
  row: number;
  name: string;
}

export interface ParsedGroup extends Row {
  /** null: primary */
  parent: string | null;
  /** of a primary group; null when the file does not say */
  nature: Nature | null;
  affectsGrossProfit: boolean;
}

export interface ParsedLedger extends Row {
  group: string;
  /** null when the file does not say */
  opening: Decimal | null;
  billByBill: boolean;
  openingBills: ParsedBill[];
}

export interface ParsedCostCentre extends Row {
  parent: string | null;
  category: string | null;
}

export interface ParsedVoucherType extends Row {
  /** the type that it is built on */
  base: string;
}

export interface ParsedVoucher {
  row: number;
  /** what the other program calls it for ever: makes a second import know it again; null when the file does not say */
  key: string | null;
  type: string;
  number: string;
  date: string;
  reference: string;
  narration: string;
  party: string | null;
  cancelled: boolean;
  /** provisional: touches no books until somebody says so */
  optional: boolean;
  entries: ParsedEntry[];
}

export interface ParsedEntry {
  ledger: string;
  amount: Decimal;
  bills: ParsedBill[];
  costCentres: { category: string | null; name: string; amount: Decimal }[];
}

export interface ParsedBill {
  type: BillType;
  name: string;
  amount: Decimal;
  /** of a new bill; null when the file does not say */
  date: string | null;
  /** until it falls due; null when the file does not say */
  creditDays: number | null;
}

/** A file of which nothing was read yet. */
export const noBooks = (): ParsedBooks => ({
  groups: [],
  ledgers: [],
  costCentres: [],
  voucherTypes: [],
  vouchers: [],
  openingStock: new Decimal(0),
  errors: [],
  ignored: {},
});
