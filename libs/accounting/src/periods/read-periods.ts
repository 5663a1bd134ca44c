import { todayIn } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { financialYearsBetween } from './financial-year.js';
import type { PeriodsDto } from './periods.dto.js';

interface YearRow {
  start_date: string;
  status: 'open' | 'closed';
  closing_voucher_id: string | null;
}

/** Reads the lock date and the financial years: from the beginning of the books to today or the last voucher. */
@Injectable()
export class ReadPeriods {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly settings: CompanySettingsReader,
  ) {}

  async read(): Promise<PeriodsDto> {
    const settings = await this.settings.get();
    const rows: YearRow[] = await this.dataSource.query(
      'SELECT start_date, status, closing_voucher_id FROM financial_years',
    );
    const [{ last }]: [{ last: string | null }] = await this.dataSource.query('SELECT MAX(date) AS last FROM vouchers');
    const years = new Map(rows.map((row) => [row.start_date, row]));
    const today = todayIn(settings.timeZone);
    const until = last !== null && last > today ? last : today;
    return {
      lock_date: settings.lockDate,
      financial_years: financialYearsBetween(settings.booksBegin, until, settings.financialYearStart).map((year) => ({
        name: year.name,
        start_date: year.start,
        end_date: year.end,
        // a year gets its row when there is something to remember of it
        status: years.get(year.start)?.status ?? 'open',
        closing_voucher_id: years.get(year.start)?.closing_voucher_id ?? null,
      })),
      version: settings.version,
    };
  }
}
