import { Decimal, formatAmount } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { closingBalance, readTotalsOf } from '../totals/read-totals.js';
import { bankLedger } from './bank-ledger.js';
import { MATCHED_SUM } from './read-statements.js';

/** Items of each kind that are listed; sums count all of them. */
const LISTED_MAX = 1_000;

const UNCLEARED = `FROM entries e JOIN vouchers v ON v.id = e.voucher_id JOIN voucher_types t ON t.id = v.voucher_type_id
    LEFT JOIN bank_matches m ON m.entry_id = e.id
  WHERE e.ledger_id = ? AND e.in_books = 1 AND e.date <= ? AND e.is_opening = 0 AND (m.bank_date IS NULL OR m.bank_date > ?)`;

/** What the books do not have by that day: lines that are open or left out, or matched with an entry of a later date. */
const NOT_IN_BOOKS = `FROM bank_lines l WHERE l.ledger_id = ? AND l.date <= ? AND (l.ignored_reason IS NOT NULL OR ${MATCHED_SUM} <> l.amount
    OR EXISTS (SELECT 1 FROM bank_matches m JOIN entries e ON e.id = m.entry_id WHERE m.line_id = l.id AND e.date > ?))`;

const STATEMENT = `SELECT to_date, closing_balance FROM bank_statements
  WHERE ledger_id = ? AND closing_balance IS NOT NULL AND to_date <= ? ORDER BY to_date DESC, id DESC LIMIT 1`;

interface EntryRow {
  entry_id: string;
  voucher_id: string;
  date: string;
  voucher_type: string;
  voucher_number: string | null;
  narration: string;
  amount: string;
}

interface LineRow {
  line_id: string;
  date: string;
  description: string;
  amount: string;
  ignored_reason: string | null;
}

/**
 * The statement that explains why the bank's balance is not that of the books on a day: what the bank has not booked
 * yet, and what the books do not have. The rest of the difference, if any, is what nothing explains.
 */
@Injectable()
export class Reconcile {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
  ) {}

  /** @throws DomainError 404 `ledger_not_found`; 422 `ledger_is_no_bank` */
  async at(ledgerId: string, asOf: string) {
    const { currencyDigits: digits, booksBegin } = await this.settings.get();
    const format = (amount: Decimal | string) => formatAmount(amount, digits);
    return this.reader.read((source) =>
      source.transaction('REPEATABLE READ', async (tx) => {
        const ledger = await bankLedger(tx, ledgerId);
        const period = { booksBegin, yearStart: asOf, from: asOf, to: asOf };
        const books = closingBalance(await readTotalsOf(tx, ledger.id, period));
        const entries: EntryRow[] = await tx.query(
          `SELECT e.id AS entry_id, v.id AS voucher_id, e.date, t.name AS voucher_type, v.number AS voucher_number, v.narration,
             e.debit - e.credit AS amount ${UNCLEARED} ORDER BY e.date, e.id LIMIT ?`,
          [ledger.id, asOf, asOf, LISTED_MAX],
        );
        const [uncleared]: { total: string; count: string }[] = await tx.query(
          `SELECT COALESCE(SUM(e.debit - e.credit), 0) AS total, COUNT(*) AS count ${UNCLEARED}`,
          [ledger.id, asOf, asOf],
        );
        const lines: LineRow[] = await tx.query(
          `SELECT l.id AS line_id, l.date, l.description, l.amount, l.ignored_reason ${NOT_IN_BOOKS} ORDER BY l.date, l.id LIMIT ?`,
          [ledger.id, asOf, asOf, LISTED_MAX],
        );
        const [missing]: { total: string; count: string }[] = await tx.query(
          `SELECT COALESCE(SUM(l.amount), 0) AS total, COUNT(*) AS count ${NOT_IN_BOOKS}`,
          [ledger.id, asOf, asOf],
        );
        const [statement]: { to_date: string; closing_balance: string }[] = await tx.query(STATEMENT, [
          ledger.id,
          asOf,
        ]);
        const [since]: { total: string }[] = await tx.query(
          'SELECT COALESCE(SUM(amount), 0) AS total FROM bank_lines WHERE ledger_id = ? AND date > ? AND date <= ?',
          [ledger.id, statement?.to_date ?? asOf, asOf],
        );
        const computed = books.minus(uncleared!.total).plus(missing!.total);
        const bank = statement ? new Decimal(statement.closing_balance).plus(since!.total) : null;
        return {
          ledger_id: ledger.id,
          ledger: ledger.name,
          as_of: asOf,
          balance_by_books: format(books),
          not_at_bank: {
            total: format(uncleared!.total),
            count: Number(uncleared!.count),
            entries: entries.map((row) => ({ ...row, amount: format(row.amount) })),
          },
          not_in_books: {
            total: format(missing!.total),
            count: Number(missing!.count),
            lines: lines.map((row) => ({ ...row, amount: format(row.amount) })),
          },
          balance_by_bank: format(computed),
          statement_date: statement?.to_date ?? null,
          statement_balance: bank === null ? null : format(bank),
          unexplained: bank === null ? null : format(bank.minus(computed)),
        };
      }),
    );
  }
}
