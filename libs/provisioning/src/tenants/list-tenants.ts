import { offsetOf, parseSort, type SortOrder } from '@finvera/common';
import { Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In } from 'typeorm';
import type { ListTenantsQuery } from './tenant.dto.js';
import { both, type Conditions, containing, statusAndPlan, wordPattern } from './tenant-filter.js';

/** Field → the index that has the list in its order, with what it is filtered by. */
const SORTABLE = {
  company_name: 'tenant_master_by_company',
  subdomain: 'tenant_master_by_subdomain',
  created_at: 'tenant_master_by_created',
  updated_at: 'tenant_master_by_updated',
  status: 'tenant_master_by_status',
  subscription_plan: 'tenant_master_by_plan',
  storage_used_mb: 'tenant_master_by_storage',
} as const;
type Field = keyof typeof SORTABLE;
const FIELDS = Object.keys(SORTABLE) as Field[];

/** So many beginnings of words are joined and sorted; of more matches the list's order is walked until the page is full. */
const SORTED_ENTRIES_MAX = 5_000;
/** A list that is a smaller part of all tenants is found faster by what it is filtered by than in its order. */
const SMALL_PART = 1 / 20;

interface Page {
  sort: SortOrder<Field>;
  offset: number;
  limit: number;
}

/** Pages of tenants. Reads ids from indexes alone and then the rows of the page; the number of all is kept by triggers. */
@Injectable()
export class ListTenants {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  /** @throws DomainError 400 for a field that is not sorted by */
  async list(query: ListTenantsQuery): Promise<{ tenants: Tenant[]; total: number }> {
    const sort = parseSort(query.sort, FIELDS, { field: 'created_at', direction: 'DESC' });
    const page = { sort, offset: offsetOf(query), limit: query.limit };
    const { ids, total } = await this.find(query, page);
    return { tenants: await this.rows(ids), total };
  }

  private find(query: ListTenantsQuery, page: Page): Promise<{ ids: string[]; total: number }> {
    const search = query.search?.trim();
    if (query.separate_db_user === undefined) return search ? this.search(query, page) : this.filter(query, page);
    // asked for now and then, by who runs the platform: every tenant is read
    const users: Conditions = {
      sql: query.separate_db_user === 'true' ? 't.db_user IS NOT NULL' : 't.db_user IS NULL',
      parameters: [],
    };
    const own = both(statusAndPlan(query), users);
    return this.sorted('tenant_master t', search ? both(own, containing(search)) : own, page);
  }

  private async filter(query: ListTenantsQuery, page: Page): Promise<{ ids: string[]; total: number }> {
    const conditions = statusAndPlan(query);
    const [counted]: { total: string | null; everyone: string | null }[] = await this.master.query(
      `SELECT SUM(CASE WHEN ${conditions.sql} THEN t.tenants ELSE 0 END) AS total, SUM(t.tenants) AS everyone FROM tenant_counts t`,
      conditions.parameters,
    );
    const total = Number(counted?.total ?? 0);
    const inOrder = total > Number(counted?.everyone ?? 0) * SMALL_PART;
    return { ids: await this.walk(conditions, page, total, inOrder), total };
  }

  private async search(query: ListTenantsQuery, page: Page): Promise<{ ids: string[]; total: number }> {
    const own = statusAndPlan(query);
    const pattern = wordPattern(query);
    const entries = pattern === null ? 0 : await this.countEntries(pattern);
    if (entries === 0) return this.sorted('tenant_master t', both(own, containing(query.search!.trim())), page);
    const matches = '(SELECT DISTINCT tenant_id FROM tenant_search WHERE entry LIKE ?) s';
    const joined = `${matches} STRAIGHT_JOIN tenant_master t ON t.id = s.tenant_id`;
    if (entries <= SORTED_ENTRIES_MAX)
      return this.sorted(joined, { sql: own.sql, parameters: [pattern, ...own.parameters] }, page);
    const isNarrowed = Boolean(query.status ?? query.plan);
    const [counted]: { total: string }[] = await this.master.query(
      `SELECT COUNT(*) AS total FROM ${isNarrowed ? `${joined} WHERE ${own.sql}` : matches}`,
      [pattern, ...(isNarrowed ? own.parameters : [])],
    );
    const found: Conditions = {
      sql: 'EXISTS (SELECT 1 FROM tenant_search s WHERE s.tenant_id = t.id AND s.entry LIKE ?)',
      parameters: [pattern],
    };
    const total = Number(counted!.total);
    return { ids: await this.walk(both(own, found), page, total, true), total };
  }

  /** How many beginnings of words match, counted no further than decides how to find them. */
  private async countEntries(pattern: string): Promise<number> {
    const [counted]: { entries: string }[] = await this.master.query(
      'SELECT COUNT(*) AS entries FROM (SELECT 1 FROM tenant_search WHERE entry LIKE ? LIMIT ?) s',
      [pattern, SORTED_ENTRIES_MAX + 1],
    );
    return Number(counted!.entries);
  }

  /** All that match are sorted: where they are few, or every tenant has to be read anyway. */
  private async sorted(source: string, conditions: Conditions, { sort, offset, limit }: Page) {
    const rows: { id: string; total: string }[] = await this.master.query(
      `SELECT t.id, COUNT(*) OVER () AS total FROM ${source} WHERE ${conditions.sql}
        ORDER BY t.${sort.field} ${sort.direction}, t.id ${sort.direction} LIMIT ? OFFSET ?`,
      [...conditions.parameters, limit, offset],
    );
    if (rows.length > 0 || offset === 0) return { ids: rows.map(({ id }) => id), total: Number(rows[0]?.total ?? 0) };
    const [counted]: { total: string }[] = await this.master.query(
      `SELECT COUNT(*) AS total FROM ${source} WHERE ${conditions.sql}`,
      conditions.parameters,
    );
    return { ids: [], total: Number(counted!.total) };
  }

  /** The ids of a page. A page of the second half is reached from the end. */
  private async walk(conditions: Conditions, { sort, offset, limit }: Page, total: number, inOrder: boolean) {
    const rest = total - offset;
    if (rest <= 0) return [];
    const fromEnd = offset > total / 2;
    const direction = fromEnd === (sort.direction === 'ASC') ? 'DESC' : 'ASC';
    const rows: { id: string }[] = await this.master.query(
      `SELECT t.id FROM tenant_master t ${inOrder ? `FORCE INDEX (${SORTABLE[sort.field]})` : ''}
        WHERE ${conditions.sql} ORDER BY t.${sort.field} ${direction}, t.id ${direction} LIMIT ? OFFSET ?`,
      [...conditions.parameters, Math.min(limit, rest), fromEnd ? Math.max(rest - limit, 0) : offset],
    );
    const ids = rows.map(({ id }) => id);
    return fromEnd ? ids.toReversed() : ids;
  }

  private async rows(ids: readonly string[]): Promise<Tenant[]> {
    if (ids.length === 0) return [];
    const tenants = await this.master.getRepository(Tenant).findBy({ id: In(ids) });
    const byId = new Map(tenants.map((tenant) => [tenant.id, tenant]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }
}
