import { DomainError, likePattern, offsetOf, type PageQuery, parseSort } from '@finvera/common';
import { Rollout, type RolloutStatus, RolloutTenant, type RolloutTenantStatus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { behindSql } from './behind.js';
import { RolloutStore } from './rollout-store.js';
import { SchemaVersions } from './schema/schema-versions.js';

export interface WaveCounts {
  wave: number;
  counts: Record<RolloutTenantStatus, number>;
}

export interface RolloutView {
  rollout: Rollout;
  waves: WaveCounts[];
  /** mean of the companies that are done, in milliseconds; null when none is */
  averageMs: number | null;
}

/** A company that is behind. */
export interface Laggard {
  tenantId: string;
  subdomain: string;
  status: string;
  schemaVersion: string | null;
  /** when a rollout first went for a version that it does not have; null: none has */
  behindSince: Date | null;
  why: { code: string; message: string };
  rolloutId: string | null;
}

/** Reads rollouts, the companies in them, and those that are behind. */
@Injectable()
export class FindRollouts {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly store: RolloutStore,
    private readonly versions: SchemaVersions,
  ) {}

  /** @throws DomainError 404 `rollout_not_found` */
  async one(id: string): Promise<RolloutView> {
    return this.view(await this.store.one(id));
  }

  /** The newest. @throws DomainError 404 `rollout_not_found` */
  async last(): Promise<RolloutView> {
    const [row] = await this.master.getRepository(Rollout).find({ order: { createdAt: 'DESC', id: 'DESC' }, take: 1 });
    if (!row) throw new DomainError('rollout_not_found', 404, 'There has been no rollout yet.');
    return this.view(row);
  }

  /** The last rollout in which a company failed, or was left out. @throws DomainError 404 `rollout_tenant_not_found` */
  async lastUnsettledOf(tenantId: string): Promise<string> {
    const [row]: { rollout_id: string }[] = await this.master.query(
      `SELECT rollout_id FROM migration_rollout_tenants WHERE tenant_id = ? AND status IN ('failed', 'skipped', 'rolled_back')
        ORDER BY rollout_id DESC LIMIT 1`,
      [tenantId],
    );
    if (!row) throw new DomainError('rollout_tenant_not_found', 404, 'The company has not failed in any rollout.');
    return row.rollout_id;
  }

  async list(query: PageQuery & { status?: RolloutStatus }): Promise<{ rollouts: RolloutView[]; total: number }> {
    const sort = parseSort(query.sort, ['created_at'], { field: 'created_at', direction: 'DESC' });
    const [rows, total] = await this.master.getRepository(Rollout).findAndCount({
      where: query.status && { status: query.status },
      order: { createdAt: sort.direction, id: sort.direction },
      skip: offsetOf(query),
      take: query.limit,
    });
    const rollouts: RolloutView[] = [];
    for (const row of rows) rollouts.push(await this.view(row));
    return { rollouts, total };
  }

  async view(rollout: Rollout): Promise<RolloutView> {
    const rows: { wave: number; status: RolloutTenantStatus; n: string; duration: string | null }[] =
      await this.master.query(
        `SELECT wave, status, COUNT(*) AS n, SUM(CASE WHEN status = 'done' THEN duration_ms END) AS duration
         FROM migration_rollout_tenants WHERE rollout_id = ? GROUP BY wave, status ORDER BY wave`,
        [rollout.id],
      );
    const waves = new Map<number, WaveCounts>();
    let [done, duration] = [0, 0];
    for (const row of rows) {
      const wave = waves.get(Number(row.wave)) ?? { wave: Number(row.wave), counts: noCounts() };
      wave.counts[row.status] = Number(row.n);
      waves.set(wave.wave, wave);
      if (row.status === 'done') [done, duration] = [done + Number(row.n), duration + Number(row.duration ?? 0)];
    }
    return { rollout, waves: [...waves.values()], averageMs: done > 0 ? duration / done : null };
  }

  async tenants(
    id: string,
    query: PageQuery & { status?: RolloutTenantStatus; wave?: number },
  ): Promise<{ tenants: (RolloutTenant & { subdomain: string })[]; total: number }> {
    await this.store.one(id);
    const find = this.master
      .getRepository(RolloutTenant)
      .createQueryBuilder('rt')
      .innerJoin('tenant_master', 't', 't.id = rt.tenant_id')
      .addSelect('t.subdomain', 'subdomain')
      .where('rt.rollout_id = :id', { id });
    if (query.status) find.andWhere('rt.status = :status', { status: query.status });
    if (query.wave) find.andWhere('rt.wave = :wave', { wave: query.wave });
    if (query.search) find.andWhere('t.subdomain LIKE :like', { like: likePattern(query.search) });
    const total = await find.getCount();
    const { entities, raw } = await find
      .orderBy('rt.wave')
      .addOrderBy('rt.tenant_id')
      .offset(offsetOf(query))
      .limit(query.limit)
      .getRawAndEntities<{ subdomain: string }>();
    return { tenants: entities.map((tenant, index) => ({ ...tenant, subdomain: raw[index]!.subdomain })), total };
  }

  /** Companies that do not have a version, those that are oldest first. @param target default: this program's newest */
  async laggards(query: PageQuery & { target?: string }): Promise<{ laggards: Laggard[]; total: number }> {
    const target = query.target ?? this.versions.latest;
    const behind = behindSql(target);
    const [count]: { n: string }[] = await this.master.query(
      `SELECT COUNT(*) AS n FROM ${behind.from}`,
      behind.parameters,
    );
    const rows: Record<string, string | null>[] = await this.master.query(
      `SELECT b.*, rt.status AS try_status, rt.error_code, rt.error_message,
          (SELECT MIN(r.created_at) FROM migration_rollouts r WHERE r.target_version > COALESCE(b.schema_version, '') AND r.target_version <= ?) AS behind_since
         FROM (SELECT t.id, t.subdomain, t.status, t.schema_version, t.migration_hold_reason,
              (SELECT MAX(l.rollout_id) FROM migration_rollout_tenants l WHERE l.tenant_id = t.id) AS rollout_id
            FROM ${behind.from} ORDER BY t.schema_version, t.id LIMIT ? OFFSET ?) b
         LEFT JOIN migration_rollout_tenants rt ON rt.rollout_id = b.rollout_id AND rt.tenant_id = b.id
        ORDER BY b.schema_version, b.id`,
      [target, ...behind.parameters, query.limit, offsetOf(query)],
    );
    return { laggards: rows.map(toLaggard), total: Number(count?.n ?? 0) };
  }
}

function toLaggard(row: Record<string, string | null>): Laggard {
  return {
    tenantId: row.id!,
    subdomain: row.subdomain!,
    status: row.status!,
    schemaVersion: row.schema_version ?? null,
    behindSince: row.behind_since ? new Date(row.behind_since) : null,
    why: whyBehind(row),
    rolloutId: row.rollout_id ?? null,
  };
}

function whyBehind(row: Record<string, string | null>): { code: string; message: string } {
  if (row.migration_hold_reason) return { code: 'held', message: row.migration_hold_reason };
  if (row.error_code && row.try_status !== 'done') return { code: row.error_code, message: row.error_message ?? '' };
  if (row.try_status === 'rolled_back') return { code: 'rolled_back', message: 'It was rolled back.' };
  if (row.try_status === 'pending') return { code: 'waiting', message: 'Its wave in the rollout has not come yet.' };
  if (row.try_status === 'running') return { code: 'running', message: 'It is being migrated.' };
  return { code: 'no_rollout', message: 'No rollout has gone for this version yet.' };
}

const noCounts = (): Record<RolloutTenantStatus, number> => ({
  pending: 0,
  running: 0,
  done: 0,
  failed: 0,
  skipped: 0,
  rolled_back: 0,
});
