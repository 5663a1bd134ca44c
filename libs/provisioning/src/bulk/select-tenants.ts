import { malformed } from '@finvera/common';
import type { Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { both, type Conditions, containing, statusAndPlan, wordPattern } from '../tenants/tenant-filter.js';

/** Which companies a bulk change is for: those named, or those that a filter finds; both together narrow each other. */
export interface TenantSelection {
  /** Ids or subdomains. */
  tenants?: readonly string[];
  plan?: string;
  search?: string;
  /** Every company; said outright, so that a forgotten filter does not mean it. */
  all?: boolean;
}

export interface SelectedTenant {
  id: string;
  subdomain: string;
  status: Tenant['status'];
}

/** Finds the companies of a bulk change. */
@Injectable()
export class SelectTenants {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  /**
   * @param selection.inStatus leaves out those that are in another one, but for those that are named
   * @throws DomainError 400 when nothing says which ones, or a company that is named does not exist
   */
  async find(
    { tenants, plan, search, all, inStatus }: TenantSelection & { inStatus: Tenant['status'] },
    limit: number,
  ): Promise<SelectedTenant[]> {
    if (!tenants?.length && !plan && !search?.trim() && !all)
      throw malformed('Say which companies: name them, or give plan or search, or all.', [
        { field: 'tenants', message: 'or plan, search or all is needed' },
      ]);
    let conditions: Conditions = statusAndPlan({ status: tenants?.length ? undefined : inStatus, plan });
    if (search?.trim()) conditions = both(conditions, await this.searched(search.trim()));
    if (tenants?.length) conditions = both(conditions, await this.named(tenants));
    return this.master.query(
      `SELECT t.id, t.subdomain, t.status FROM tenant_master t WHERE ${conditions.sql} ORDER BY t.id LIMIT ?`,
      [...conditions.parameters, limit],
    );
  }

  private async searched(search: string): Promise<Conditions> {
    const pattern = wordPattern({ search });
    const found =
      pattern && (await this.master.query('SELECT 1 FROM tenant_search WHERE entry LIKE ? LIMIT 1', [pattern]));
    if (!found || found.length === 0) return containing(search);
    return { sql: 't.id IN (SELECT tenant_id FROM tenant_search WHERE entry LIKE ?)', parameters: [pattern] };
  }

  private async named(names: readonly string[]): Promise<Conditions> {
    const rows: { id: string; subdomain: string }[] = await this.master.query(
      `SELECT id, subdomain FROM tenant_master WHERE id IN (?)
        UNION SELECT id, subdomain FROM tenant_master WHERE live_subdomain IN (?)`,
      [names, names],
    );
    const known = new Set(rows.flatMap(({ id, subdomain }) => [id, subdomain]));
    const unknown = names.filter((name) => !known.has(name));
    if (unknown.length > 0)
      throw malformed(
        `There is no company ${unknown.slice(0, 5).join(', ')}; nothing was changed.`,
        unknown.slice(0, 50).map((name) => ({ field: 'tenants', message: `there is no company ${name}` })),
      );
    return { sql: 't.id IN (?)', parameters: [rows.map(({ id }) => id)] };
  }
}
