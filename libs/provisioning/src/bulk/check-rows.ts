import { type IdempotencyRequest, malformed } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { DataSource } from 'typeorm';
import type { NewTenant } from '../create-tenant/create-tenant.js';
import { BulkRowDto } from './bulk.dto.js';

/** Rows of one run. */
export const ROWS_MAX = 10_000;
const DETAILS_MAX = 50;

export interface CheckedRow {
  /** Counted from 1. */
  number: number;
  tenant: NewTenant;
  key?: string;
}

/** Checks the rows of a bulk creation, each by the rules of a single one, and against each other. */
@Injectable()
export class CheckRows {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  /** @throws DomainError 400 `rows_invalid` with at most 50 of the fields that are wrong */
  async check(rows: readonly unknown[]): Promise<CheckedRow[]> {
    if (rows.length === 0) throw malformed('There is no row; nothing was made.', undefined, 'rows_invalid');
    if (rows.length > ROWS_MAX)
      throw malformed(`There are ${rows.length} rows; at most ${ROWS_MAX} go in one run.`, undefined, 'rows_invalid');
    const plans = await this.plans();
    const details: { field: string; message: string }[] = [];
    const checked: CheckedRow[] = [];
    const firstWith = new Map<string, number>();
    for (const [index, raw] of rows.entries()) {
      const number = index + 1;
      const refuse = (field: string, message: string) => details.push({ field: `rows.${number}.${field}`, message });
      const row = plainToInstance(BulkRowDto, typeof raw === 'object' && raw !== null ? withoutBlanks(raw) : {});
      const errors = await validate(row, { whitelist: true, forbidNonWhitelisted: true });
      for (const { property, constraints } of errors)
        refuse(property, Object.values(constraints ?? {}).at(-1) ?? 'is wrong');
      if (errors.length > 0) continue;
      const { idempotency_key: key, ...tenant } = row;
      if (!plans.includes(tenant.subscription_plan)) refuse('subscription_plan', `must be one of ${plans.join(', ')}`);
      const first = firstWith.get(tenant.subdomain);
      if (first !== undefined) refuse('subdomain', `${tenant.subdomain} stands in row ${first} already`);
      else firstWith.set(tenant.subdomain, number);
      checked.push({ number, tenant: { ...tenant }, key });
    }
    if (details.length > 0)
      throw malformed(
        `${details.length} fields of ${rows.length} rows are wrong; nothing was made. The first: ${details[0]!.field} ${details[0]!.message}`,
        details.slice(0, DETAILS_MAX),
        'rows_invalid',
      );
    return checked;
  }

  /** What would become of the row now. */
  async foresee({ tenant }: CheckedRow, { key }: IdempotencyRequest) {
    const [known]: { tenant_id: string }[] = await this.master.query(
      'SELECT tenant_id FROM idempotency_keys WHERE idempotency_key = ? AND answer IS NOT NULL',
      [key],
    );
    if (known) return { status: 'existing' as const, tenant_id: known.tenant_id };
    const [taken]: unknown[] = await this.master.query('SELECT 1 FROM tenant_master WHERE live_subdomain = ?', [
      tenant.subdomain,
    ]);
    if (!taken) return { status: 'valid' as const };
    return {
      status: 'failed' as const,
      code: 'subdomain_taken',
      error: `The subdomain ${tenant.subdomain} is taken; choose another one.`,
    };
  }

  private async plans(): Promise<string[]> {
    const rows: { code: string }[] = await this.master.query(
      'SELECT code FROM plans WHERE is_active = 1 ORDER BY code',
    );
    return rows.map(({ code }) => code);
  }
}

/** A cell that is left empty in a table means that the field is not given. */
const withoutBlanks = (raw: object) => Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== ''));
