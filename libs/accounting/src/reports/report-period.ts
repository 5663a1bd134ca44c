import { malformed, todayIn } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { financialYearOf } from '../periods/financial-year.js';

/** Fills in what a report's caller left away: today in the company's zone, the first day of the financial year. */
@Injectable()
export class ReportPeriod {
  constructor(private readonly settings: CompanySettingsReader) {}

  /** @throws DomainError 400 when the period ends before it begins */
  async of(from: string | undefined, to: string | undefined): Promise<{ from: string; to: string }> {
    const settings = await this.settings.get();
    const end = to ?? todayIn(settings.timeZone);
    const start = from ?? financialYearOf(end, settings.financialYearStart).start;
    if (start > end)
      throw malformed(`from ${start} is after ${end}, where the report ends`, [
        { field: 'from', message: `is after ${end}` },
      ]);
    return { from: start, to: end };
  }
}
