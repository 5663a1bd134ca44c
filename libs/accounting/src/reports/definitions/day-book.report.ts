import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Paged } from '@finvera/common';
import type { VoucherDto } from '../../vouchers/voucher.dto.js';
import { VoucherDto as VoucherAnswer } from '../../vouchers/voucher.dto.js';
import { DayBook } from '../day-book.js';
import { voucherLink } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { date, paged, type ReportRow, type ReportTable, side, text } from '../frame/report-table.js';
import { PagedPeriodQuery } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';
import { RunningTotals } from '../running-totals.js';

const PAGE = 500;
const COUNT_ENTRIES = `SELECT COUNT(*) AS count FROM (SELECT 1 FROM vouchers v
    JOIN entries e ON e.voucher_id = v.id AND e.voucher_version = v.version
  WHERE v.is_opening = 0 AND v.status <> 'draft' AND v.date BETWEEN ? AND ? LIMIT ?) some`;

@DefineReport({
  name: 'day-book',
  title: 'Day book',
  description:
    'All vouchers of a period in order of date and entry. Cancelled ones are there, marked by `status`; their amounts are in no balance. JSON comes page by page; the other forms have the whole period, a row for each entry.',
  query: PagedPeriodQuery,
  answer: { data: { vouchers: [VoucherAnswer] }, meta: 'cursor' },
})
export class DayBookReport implements Report<PagedPeriodQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly dayBook: DayBook,
    @InjectTenantReader() private readonly reader: TenantReader,
  ) {}

  async answer(query: PagedPeriodQuery) {
    const period = await this.period.of(query.from, query.to);
    const { vouchers, nextCursor } = await this.dayBook.read({ ...period, cursor: query.cursor, limit: query.limit });
    const linked = vouchers.map((voucher) => ({ ...voucher, links: voucherLink(voucher.id) }));
    return new Paged({ vouchers: linked }, { next_cursor: nextCursor, limit: query.limit });
  }

  async table(query: PagedPeriodQuery): Promise<ReportTable> {
    const period = await this.period.of(query.from, query.to);
    const totals = new RunningTotals(['debit', 'credit']);
    const pages = paged(
      async (cursor) => {
        const { vouchers: page, nextCursor } = await this.dayBook.read({ ...period, cursor, limit: PAGE });
        return { page, nextCursor };
      },
      (vouchers) => vouchers.flatMap((voucher) => rowsOf(voucher, totals)),
    );
    return {
      title: 'Day book',
      period: `${period.from} to ${period.to}`,
      columns: [
        date('date', 'Date'),
        text('voucher_type', 'Type', 1.5),
        text('number', 'Number', 1.5),
        text('ledger', 'Particulars', 3),
        text('narration', 'Narration', 3),
        text('status', 'Status', 1.2),
        side('debit', 'Debit'),
        side('credit', 'Credit'),
      ],
      rows: (async function* () {
        yield* pages;
        yield { kind: 'total', cells: { ledger: 'Total', ...totals.cells() } };
      })(),
      countRows: (max) =>
        this.reader.read(async (source) => {
          const [row] = await source.query(COUNT_ENTRIES, [period.from, period.to, max]);
          return Number(row.count);
        }),
    };
  }
}

/** A row for each entry; only the first says of which voucher. */
function rowsOf(voucher: VoucherDto, totals: RunningTotals): ReportRow[] {
  const struck = voucher.status === 'cancelled';
  return voucher.entries.map((entry, index) => {
    if (!struck) totals.add({ debit: entry.debit, credit: entry.credit });
    return {
      kind: 'line',
      struck,
      cells: {
        date: voucher.date,
        voucher_type: voucher.voucher_type,
        number: voucher.number,
        ledger: entry.ledger,
        narration: entry.narration || (index === 0 ? voucher.narration : ''),
        status: voucher.status,
        debit: entry.debit,
        credit: entry.credit,
      },
      link: voucherLink(voucher.id).voucher,
    };
  });
}
