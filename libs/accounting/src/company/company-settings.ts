import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

export interface CompanySettings {
  companyName: string;
  email: string;
  phone: string;
  baseCurrency: string;
  currencyDigits: number;
  /** "MM-DD" */
  financialYearStart: string;
  /** "YYYY-MM-DD": nothing is dated before it */
  booksBegin: string;
  timeZone: string;
  /** Nothing dated on or before it is changed. */
  lockDate: string | null;
  /** last day of the last closed financial year: nobody changes anything up to it before the year is reopened */
  closedUntil: string | null;
  /** the least amount from which on an approval rule asks for a second person; null: there is no rule */
  approvalFrom: string | null;
  version: number;
}

const SELECT = `SELECT company_name AS companyName, email, phone, base_currency AS baseCurrency,
    currency_digits AS currencyDigits, financial_year_start AS financialYearStart, books_begin AS booksBegin,
    time_zone AS timeZone, lock_date AS lockDate, closed_until AS closedUntil, approval_from AS approvalFrom, version
  FROM company_settings WHERE id = 1`;

/** Reads the company's one row of settings. */
@Injectable()
export class CompanySettingsReader {
  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /**
   * @param tx reads inside this transaction, and nobody changes the settings before it ends: a voucher is never posted
   *   by a lock date, currency or beginning of the books that is about to change
   */
  async get(tx?: EntityManager): Promise<CompanySettings> {
    return theRow(await (tx ? tx.query(`${SELECT} LOCK IN SHARE MODE`) : this.dataSource.query(SELECT)));
  }

  /** To change them: waits for all transactions that read them, and nobody reads them before this one ends. */
  async lock(tx: EntityManager): Promise<CompanySettings> {
    return theRow(await tx.query(`${SELECT} FOR UPDATE`));
  }
}

function theRow([row]: CompanySettings[]): CompanySettings {
  if (!row) throw new Error('the company has no settings: its database was not seeded');
  return row;
}
