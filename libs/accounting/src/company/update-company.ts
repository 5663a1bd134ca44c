import { type Actor, assertIfMatch, ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { EditLog } from '../edit-log/edit-log.js';
import { ensureFinancialYears } from '../periods/ensure-financial-years.js';
import { companyColumns, toCompanyDto, type UpdateCompanyDto } from './company.dto.js';
import { type CompanySettings, CompanySettingsReader } from './company-settings.js';
import { CompanySettingsRow } from './company-settings.entity.js';
import { CompanyTransaction } from './company-transaction.js';

/** Settings on which every figure depends: fixed with the first voucher. */
const FIXED_BY_BOOKS = ['base_currency', 'financial_year_start', 'books_begin'] as const;

/** Changes the company's settings. */
@Injectable()
export class UpdateCompany {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 412 `stale`; 422 `books_in_use` for what is fixed with the first voucher */
  update(body: UpdateCompanyDto, ifMatch: string | undefined, actor: Actor): Promise<CompanySettings> {
    return this.transaction.run(async (tx) => {
      const before = await this.settings.lock(tx);
      assertIfMatch(ifMatch, before.version);
      const columns = companyColumns(body);
      const old: Record<string, unknown> = { ...toCompanyDto(before) };
      const fixed = FIXED_BY_BOOKS.filter((field) => body[field] !== undefined && body[field] !== old[field]);
      if (fixed.length > 0) await assertNoVoucher(tx, fixed);
      if (Object.keys(columns).length === 0) return before;
      await tx.update(CompanySettingsRow, 1, { ...columns, version: before.version + 1 });
      const after = await this.settings.get(tx);
      if (fixed.length > 0) {
        await tx.query('DELETE FROM financial_years WHERE closing_voucher_id IS NULL');
        await ensureFinancialYears(tx, after);
      }
      await this.editLog.record(tx, actor, {
        action: 'updated',
        objectType: 'company',
        objectId: '1',
        objectName: after.companyName,
        before: toCompanyDto(before),
        after: toCompanyDto(after),
      });
      return after;
    });
  }
}

async function assertNoVoucher(tx: EntityManager, fields: readonly string[]): Promise<void> {
  const [voucher] = await tx.query('SELECT id FROM vouchers LIMIT 1');
  if (voucher)
    throw ruleBroken(
      'books_in_use',
      `${fields.join(', ')} cannot be changed once the books have a voucher or an opening balance.`,
      fields.map((field) => ({ field, message: 'is fixed with the first voucher' })),
    );
}
