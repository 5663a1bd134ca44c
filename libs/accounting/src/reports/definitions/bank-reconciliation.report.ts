import { ApiProperty } from '@nestjs/swagger';
import { Reconcile } from '../../bank-reconciliation/reconcile.js';
import { IsId } from '../../vouchers/voucher-body.dto.js';
import { voucherLink } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { balance, date, type ReportRow, type ReportTable, text } from '../frame/report-table.js';
import { AsOfQuery } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';

class ReconciliationQuery extends AsOfQuery {
  @ApiProperty({ description: 'of the bank', example: '383483921874944' }) @IsId('a ledger') ledger_id: string;
}

class ReconciliationDto {
  @ApiProperty() ledger_id: string;
  @ApiProperty({ example: 'HDFC Bank' }) ledger: string;
  @ApiProperty({ example: '2026-10-31' }) as_of: string;
  @ApiProperty({ example: '241132.00', description: 'debit positive' }) balance_by_books: string;
  @ApiProperty({
    description: '{ total, count, entries }: in the books, not at the bank by that day; the first thousand are listed',
  })
  not_at_bank: object;
  @ApiProperty({ description: '{ total, count, lines }: at the bank, not in the books by that day' })
  not_in_books: object;
  @ApiProperty({
    example: '240014.00',
    description: 'books, less what is not at the bank, plus what is not in the books',
  })
  balance_by_bank: string;
  @ApiProperty({ nullable: true, type: String, description: 'of the last statement by that day' }) statement_date:
    | string
    | null;
  @ApiProperty({ nullable: true, type: String, description: 'its closing balance, plus lines since' })
  statement_balance: string | null;
  @ApiProperty({
    nullable: true,
    type: String,
    example: '0.00',
    description: 'what nothing explains; null without a statement',
  })
  unexplained: string | null;
}

@DefineReport({
  name: 'bank-reconciliation',
  title: 'Bank reconciliation statement',
  description:
    'Why the balance at the bank is not that of the books on a day. The bank’s date of an entry is that of the line it was matched with, or set by hand; the opening balance counts as booked.',
  query: ReconciliationQuery,
  answer: { data: { bank_reconciliation: ReconciliationDto } },
  refusals: { 404: 'ledger_not_found', 422: 'ledger_is_no_bank' },
})
export class BankReconciliationReport implements Report<ReconciliationQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly reconcile: Reconcile,
  ) {}

  async answer(query: ReconciliationQuery) {
    return { bank_reconciliation: await this.read(query) };
  }

  async table(query: ReconciliationQuery): Promise<ReportTable> {
    const report = await this.read(query);
    const line = (particulars: string, amount: string | null): ReportRow => ({
      kind: 'total',
      cells: { particulars, amount },
    });
    const heading = (particulars: string, amount: string): ReportRow => ({
      kind: 'subtotal',
      cells: { particulars, amount },
    });
    return {
      title: 'Bank reconciliation statement',
      subject: report.ledger,
      period: `as of ${report.as_of}`,
      columns: [date('date', 'Date'), text('particulars', 'Particulars', 4), balance('amount', 'Amount')],
      rows: [
        line('Balance by the books', report.balance_by_books),
        heading('In the books, not at the bank yet (less)', report.not_at_bank.total),
        ...report.not_at_bank.entries.map(
          (entry): ReportRow => ({
            kind: 'line',
            depth: 1,
            cells: {
              date: entry.date,
              particulars: [entry.voucher_type, entry.voucher_number, entry.narration].filter(Boolean).join(' '),
              amount: entry.amount,
            },
            link: voucherLink(entry.voucher_id).voucher,
          }),
        ),
        heading('At the bank, not in the books (plus)', report.not_in_books.total),
        ...report.not_in_books.lines.map(
          (one): ReportRow => ({
            kind: 'line',
            depth: 1,
            cells: { date: one.date, particulars: one.description, amount: one.amount },
          }),
        ),
        line('Balance by the bank', report.balance_by_bank),
        ...(report.statement_balance === null
          ? []
          : [
              line(`By its statement of ${report.statement_date}`, report.statement_balance),
              line('Unexplained', report.unexplained),
            ]),
      ],
    };
  }

  private async read({ ledger_id, as_of }: ReconciliationQuery) {
    const { to } = await this.period.of(undefined, as_of);
    return this.reconcile.at(ledger_id, to);
  }
}
