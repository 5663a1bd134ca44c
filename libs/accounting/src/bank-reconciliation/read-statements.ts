import { Decimal, encodeCursor, formatAmount, groupBy, notFound, offsetOf, type PageQuery } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { BEGINNING, END, readPosition } from '../reports/position.js';
import type { SqlSession } from '../schema/sql-session.js';
import { bankLedger } from './bank-ledger.js';
import type { BankLineDto, BankStatementDto, ListBankLinesQuery } from './bank-reconciliation.dto.js';

const STATEMENT = `SELECT s.id, s.ledger_id, s.format, s.file_name, s.from_date AS \`from\`, s.to_date AS \`to\`,
    s.opening_balance, s.closing_balance, s.line_count, s.repeated_count, s.created_by, s.created_at, c.currency_digits AS digits
  FROM bank_statements s JOIN company_settings c ON c.id = 1`;

/** What stands in the books for a line: entries of vouchers that were altered or cancelled since stand no more. */
export const MATCHED_SUM = `COALESCE((SELECT SUM(e.debit - e.credit) FROM bank_matches m JOIN entries e ON e.id = m.entry_id AND e.in_books = 1
    WHERE m.line_id = l.id), 0)`;

const LINES = `SELECT l.id, l.statement_id, l.date, l.amount, l.description, l.reference, l.ignored_reason, ${MATCHED_SUM} AS matched
  FROM bank_lines l`;

interface LineRow extends Omit<BankLineDto, 'status' | 'vouchers'> {
  matched: string;
}

type StatementRow = BankStatementDto & { digits: number; created_at: Date };

const toStatement = ({ digits, ...row }: StatementRow): BankStatementDto => ({
  ...row,
  opening_balance: row.opening_balance === null ? null : formatAmount(row.opening_balance, digits),
  closing_balance: row.closing_balance === null ? null : formatAmount(row.closing_balance, digits),
  created_at: row.created_at.toISOString() as never,
});

/** @throws DomainError 404 `bank_statement_not_found` */
export async function readStatement(session: SqlSession, id: string): Promise<BankStatementDto> {
  const [row]: StatementRow[] = /^\d{1,20}$/.test(id) ? await session.query(`${STATEMENT} WHERE s.id = ?`, [id]) : [];
  if (!row) throw notFound('bank statement', id, 'bank_statement_not_found');
  return toStatement(row);
}

/** Lists statements and their lines. */
@Injectable()
export class ReadStatements {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly settings: CompanySettingsReader,
  ) {}

  async statements(ledgerId: string, query: PageQuery): Promise<{ statements: BankStatementDto[]; total: number }> {
    const { id } = await bankLedger(this.dataSource, ledgerId);
    const rows: StatementRow[] = await this.dataSource.query(
      `${STATEMENT} WHERE s.ledger_id = ? ORDER BY s.to_date DESC, s.id DESC LIMIT ? OFFSET ?`,
      [id, query.limit, offsetOf(query)],
    );
    const [{ total }] = await this.dataSource.query(
      'SELECT COUNT(*) AS total FROM bank_statements WHERE ledger_id = ?',
      [id],
    );
    return { statements: rows.map(toStatement), total: Number(total) };
  }

  /** In order of date. */
  async lines(ledgerId: string, { from, to, status, cursor, limit }: ListBankLinesQuery) {
    const { id } = await bankLedger(this.dataSource, ledgerId);
    const after = readPosition(cursor);
    const rows: LineRow[] = await this.dataSource.query(
      `${LINES} WHERE l.ledger_id = ? AND l.date >= ? AND l.date <= ? AND (l.date > ? OR (l.date = ? AND l.id > CAST(? AS UNSIGNED)))
         AND (? IS NULL OR CASE WHEN l.ignored_reason IS NOT NULL THEN 'ignored' WHEN ${MATCHED_SUM} = l.amount THEN 'matched' ELSE 'open' END = ?)
       ORDER BY l.date, l.id LIMIT ?`,
      [
        id,
        from ?? BEGINNING.date,
        to ?? END.date,
        after.date,
        after.date,
        after.id,
        status ?? null,
        status ?? null,
        limit + 1,
      ],
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      lines: await this.toLines(page),
      nextCursor: rows.length > limit && last ? encodeCursor([last.date, last.id]) : null,
    };
  }

  /** @throws DomainError 404 `bank_line_not_found` */
  async line(id: string, session: SqlSession = this.dataSource): Promise<BankLineDto> {
    const rows: LineRow[] = /^\d{1,20}$/.test(id) ? await session.query(`${LINES} WHERE l.id = ?`, [id]) : [];
    if (rows.length === 0) throw notFound('bank line', id, 'bank_line_not_found');
    return (await this.toLines(rows, session))[0]!;
  }

  private async toLines(rows: readonly LineRow[], session: SqlSession = this.dataSource): Promise<BankLineDto[]> {
    if (rows.length === 0) return [];
    const { currencyDigits } = await this.settings.get();
    const matches: { line_id: string; voucher_id: string; entry_id: string; reason: string }[] = await session.query(
      `SELECT m.line_id, e.voucher_id, m.entry_id, m.reason FROM bank_matches m JOIN entries e ON e.id = m.entry_id AND e.in_books = 1
       WHERE m.line_id IN (?) ORDER BY m.entry_id`,
      [rows.map(({ id }) => id)],
    );
    const ofLine = groupBy(matches, ({ line_id }) => line_id);
    return rows.map(({ matched, ...row }) => ({
      ...row,
      amount: formatAmount(row.amount, currencyDigits),
      status: row.ignored_reason !== null ? 'ignored' : new Decimal(matched).equals(row.amount) ? 'matched' : 'open',
      matches: (ofLine.get(row.id) ?? []).map(({ line_id: _, ...match }) => match),
    }));
  }
}
