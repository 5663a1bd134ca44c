import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Book {
  name: string;
  currency: string;
  digits: number;
  books_begin: string;
  financial_year_start: string;
  accounts: Account[];
  /** in the order in which they were entered */
  vouchers: BookVoucher[];
}

export interface Account {
  name: string;
  /** name of a group of the Tally chart */
  group: string;
  bill_by_bill?: boolean;
  opening_balance?: { amount: string; side: 'debit' | 'credit' };
}

export interface BookVoucher {
  ref: string;
  type: string;
  date: string;
  narration: string;
  entries: { account: string; debit?: string; credit?: string; bills?: object[] }[];
  cancelled?: boolean;
}

export interface Answers {
  trial_balances: {
    from: string;
    as_of: string;
    closing: Record<string, { debit?: string; credit?: string }>;
    total: string;
  }[];
  profit_and_loss: {
    from: string;
    to: string;
    income: string;
    expense: string;
    net_profit: string;
    accounts: Record<string, string>;
  }[];
  balance_sheets: { as_of: string; assets: string; liabilities: string; equity: string; profit_not_closed: string }[];
  statements: {
    account: string;
    from: string;
    to: string;
    opening: string;
    closing: string;
    total_debit: string;
    total_credit: string;
    lines: number;
    balance_at_end_of_day: Record<string, string>;
  }[];
  /** only of books with bills */
  outstandings?: { as_of: string; age_by: 'bill_date' | 'due_date'; parties: Record<string, PartyAnswer> }[];
}

export interface PartyAnswer {
  on_account: string;
  total: string;
  buckets: Record<string, string>;
  bills: Record<string, string>;
}

const HERE = join(import.meta.dirname, 'books');
/** Books whose licence does not let them stand in this repository are read from beside it. */
const BESIDE = join(import.meta.dirname, '../../../shared/oracles/books');

/** A book with its answers, or null where it is not present. */
export function readBook(name: string): { book: Book; answers: Answers } | null {
  const folder = [HERE, BESIDE].find((candidate) => existsSync(join(candidate, `${name}.book.json`)));
  if (!folder) return null;
  const read = (kind: string) => JSON.parse(readFileSync(join(folder, `${name}.${kind}.json`), 'utf8'));
  return { book: read('book') as Book, answers: read('answers') as Answers };
}
