import { addDays, Paged } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { type Links, LinksDto, pathOf } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { amount, date, number, paged, type ReportRow, type ReportTable, text } from '../frame/report-table.js';
import { PagedPeriodQuery } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';
import { RunningTotals } from '../running-totals.js';
import { VoucherRegister } from '../voucher-register.js';

const PAGE = 1_000;

class RegisterQuery extends PagedPeriodQuery {
  @ApiProperty({ example: 'Sales', description: 'a voucher type: its name or id' })
  @IsString()
  @MinLength(1)
  @MaxLength(80)
  type: string;

  @ApiPropertyOptional({ enum: ['month'], description: 'sums by month instead of vouchers' })
  @IsOptional()
  @IsIn(['month'], { message: 'group_by must be month' })
  group_by?: 'month';
}

class RegisterVoucherDto {
  @ApiProperty({ example: '383483921874944' }) voucher_id: string;
  @ApiProperty({ example: '2026-11-24' }) date: string;
  @ApiProperty({ nullable: true, type: String, example: '1' }) voucher_number: string | null;
  @ApiProperty({ example: 'Sharma Traders', description: 'ledger of the first entry' }) particulars: string;
  @ApiProperty({ example: 'Sold on credit' }) narration: string;
  @ApiProperty({ example: 'PO-9' }) reference: string;
  @ApiProperty({ enum: ['posted', 'cancelled'] }) status: string;
  @ApiProperty({ example: '1180.00', description: 'a cancelled one’s is in no sum' }) amount: string;
  @ApiProperty({ type: LinksDto }) links: LinksDto;
}

class RegisterMonthDto {
  @ApiProperty({ example: '2026-11' }) month: string;
  @ApiProperty({ example: 1 }) posted: number;
  @ApiProperty({ example: 0 }) cancelled: number;
  @ApiProperty({ example: '1180.00' }) amount: string;
  @ApiProperty({ type: LinksDto }) links: LinksDto;
}

class RegisterDto {
  @ApiProperty({ example: '383483921874944' }) voucher_type_id: string;
  @ApiProperty({ example: 'Sales' }) voucher_type: string;
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) to: string;
  @ApiProperty({ type: [RegisterVoucherDto], required: false }) vouchers?: RegisterVoucherDto[];
  @ApiProperty({ type: [RegisterMonthDto], required: false, description: 'with `group_by=month`' })
  months?: RegisterMonthDto[];
}

@DefineReport({
  name: 'register',
  title: 'Register of a voucher type',
  description:
    'The vouchers of one type in order of date and entry; cancelled ones are there, marked, and in no sum. With `group_by=month` how many there are in each month and what they come to. JSON comes page by page; the other forms have the whole period.',
  query: RegisterQuery,
  answer: { data: { register: RegisterDto }, meta: 'cursor' },
  refusals: { 404: 'voucher_type_not_found' },
})
export class RegisterReport implements Report<RegisterQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly register: VoucherRegister,
  ) {}

  async answer(query: RegisterQuery) {
    const { type, period, request } = await this.request(query);
    const about = { voucher_type_id: type.id, voucher_type: type.name, ...period };
    if (query.group_by) {
      const months = (await this.register.months(request)).map((month) => ({
        ...month,
        links: monthLink(type.name, month.month, period),
      }));
      return new Paged({ register: { ...about, months } }, { next_cursor: null, limit: query.limit });
    }
    const { vouchers, nextCursor } = await this.register.page({ ...request, cursor: query.cursor, limit: query.limit });
    return new Paged({ register: { ...about, vouchers } }, { next_cursor: nextCursor, limit: query.limit });
  }

  async table(query: RegisterQuery): Promise<ReportTable> {
    const { type, period, request } = await this.request(query);
    const about = { title: `${type.name} register`, period: `${period.from} to ${period.to}` };
    if (query.group_by) return { ...about, ...monthsTable(await this.register.months(request), type.name, period) };
    const totals = new RunningTotals(['amount']);
    const pages = paged(
      async (cursor) => {
        const { vouchers: page, nextCursor } = await this.register.page({ ...request, cursor, limit: PAGE });
        return { page, nextCursor };
      },
      (vouchers) =>
        vouchers.map(({ links, ...cells }): ReportRow => {
          const struck = cells.status === 'cancelled';
          if (!struck) totals.add({ amount: cells.amount });
          return { kind: 'line', struck, cells, link: links.voucher };
        }),
    );
    return {
      ...about,
      columns: [
        date('date', 'Date'),
        text('voucher_number', 'Number', 1.6),
        text('particulars', 'Particulars', 3),
        text('narration', 'Narration', 3),
        text('reference', 'Reference', 1.5),
        text('status', 'Status', 1.3),
        amount('amount', 'Amount'),
      ],
      rows: (async function* () {
        yield* pages;
        yield { kind: 'total', cells: { particulars: 'Total', ...totals.cells() } };
      })(),
      countRows: (max) => this.register.count(request, max),
    };
  }

  private async request(query: RegisterQuery) {
    const type = await this.register.findType(query.type);
    const period = await this.period.of(query.from, query.to);
    return { type, period, request: { ...period, typeId: type.id } };
  }
}

type Months = Awaited<ReturnType<VoucherRegister['months']>>;
interface Dates {
  from: string;
  to: string;
}

function monthsTable(months: Months, type: string, period: Dates): Pick<ReportTable, 'columns' | 'rows'> {
  const totals = new RunningTotals(['posted', 'cancelled', 'amount']);
  const rows = months.map(({ posted, cancelled, ...month }): ReportRow => {
    const cells = { ...month, posted: String(posted), cancelled: String(cancelled) };
    totals.add({ amount: month.amount });
    return { kind: 'line', cells, link: monthLink(type, month.month, period).report };
  });
  const count = (field: 'posted' | 'cancelled') => String(months.reduce((sum, month) => sum + month[field], 0));
  const { amount: total } = totals.cells();
  return {
    columns: [
      text('month', 'Month'),
      number('posted', 'Vouchers'),
      number('cancelled', 'Cancelled'),
      amount('amount', 'Amount'),
    ],
    rows: [
      ...rows,
      {
        kind: 'total',
        cells: { month: 'Total', amount: total, posted: count('posted'), cancelled: count('cancelled') },
      },
    ],
  };
}

/** The vouchers of a month, as far as it lies in the period. */
function monthLink(type: string, month: string, { from, to }: Dates): Links {
  const first = `${month}-01`;
  const last = addDays(`${addDays(first, 31).slice(0, 7)}-01`, -1);
  const report = pathOf('reports/register', { type, from: first < from ? from : first, to: last > to ? to : last });
  return { report };
}
