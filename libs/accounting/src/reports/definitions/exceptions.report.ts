import { ApiProperty } from '@nestjs/swagger';
import { FindExceptions, type Kind, KINDS } from '../exceptions/find-exceptions.js';
import { firstLink, LinksDto } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { balance, date, type ReportRow, type ReportTable, text } from '../frame/report-table.js';
import { PeriodQuery } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';

class ExceptionsQuery extends PeriodQuery {}

const TITLES: Record<Kind, string> = {
  negative_cash: 'Negative cash',
  wrong_side: 'Balances on the wrong side',
  opening_difference: 'Opening balances that differ',
  number_gap: 'Gaps in manual numbers',
};

class ExceptionDto {
  @ApiProperty({ enum: KINDS }) kind: string;
  @ApiProperty({ example: 'Cash was overdrawn from 2026-11-02 to 2026-11-04, by 500.00 at most' }) message: string;
  @ApiProperty({ nullable: true, type: String, example: '383483921874944' }) ledger_id: string | null;
  @ApiProperty({ nullable: true, type: String, example: 'Cash' }) ledger: string | null;
  @ApiProperty({ nullable: true, type: String, example: '2026-11-02' }) date: string | null;
  @ApiProperty({ nullable: true, type: String, example: '-500.00', description: 'debit positive' }) amount:
    | string
    | null;
  @ApiProperty({ type: LinksDto }) links: LinksDto;
}

class ExceptionsDto {
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) to: string;
  @ApiProperty({ type: [ExceptionDto] }) exceptions: ExceptionDto[];
  @ApiProperty({ enum: KINDS, isArray: true, description: 'kinds of which there are more than are listed' })
  truncated: string[];
}

@DefineReport({
  name: 'exceptions',
  title: 'Exception list',
  description:
    'What to look into before closing: cash ledgers that were overdrawn at the end of a day; ledgers on the wrong side at the end of the period (not of equity, Duties & Taxes, Branch / Divisions and Suspense, which stand on either); opening balances that differ; numbers given by hand that leave gaps.',
  query: ExceptionsQuery,
  answer: { data: { exceptions: ExceptionsDto } },
})
export class ExceptionsReport implements Report<ExceptionsQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly exceptions: FindExceptions,
  ) {}

  async answer(query: ExceptionsQuery) {
    const period = await this.period.of(query.from, query.to);
    return { exceptions: { ...period, ...(await this.exceptions.find(period)) } };
  }

  async table(query: ExceptionsQuery): Promise<ReportTable> {
    const { from, to, exceptions, truncated } = (await this.answer(query)).exceptions;
    return {
      title: 'Exception list',
      period: `${from} to ${to}`,
      columns: [
        text('message', 'Exception', 6),
        text('ledger', 'Ledger', 2.5),
        date('date', 'Date'),
        balance('amount', 'Balance'),
      ],
      rows: KINDS.flatMap((kind): ReportRow[] => {
        const found = exceptions.filter((one) => one.kind === kind);
        if (found.length === 0) return [];
        return [
          { kind: 'heading', cells: { message: TITLES[kind] } },
          ...found.map(({ message, ledger, date: day, amount, links }) => ({
            kind: 'line' as const,
            depth: 1,
            cells: { message, ledger, date: day, amount },
            link: firstLink(links),
          })),
          ...(truncated.includes(kind)
            ? [{ kind: 'note' as const, depth: 1, cells: { message: 'There are more.' } }]
            : []),
        ];
      }),
    };
  }
}
