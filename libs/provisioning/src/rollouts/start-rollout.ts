import { type Actor, conflict, isDuplicate, newUuid, notFound } from '@finvera/common';
import { AuditLog, Rollout } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { ProvisioningConfig } from '../provisioning.config.js';
import { behindSql } from './behind.js';
import { RolloutStore } from './rollout-store.js';
import { SchemaVersions } from './schema/schema-versions.js';
import { DEFAULT_WAVE_SIZES, waveCounts } from './waves.js';

export interface NewRollout {
  /** default: the newest that this program knows */
  targetVersion?: string;
  waveSizes?: readonly string[];
  stopAfterFailures?: number;
  concurrencyPerServer?: number;
  allowLocking?: boolean;
  notBefore?: Date;
  /** these companies alone */
  tenantIds?: readonly string[];
  /** the company that goes first */
  canaryTenantId?: string;
}

/** Plans a rollout in rows, all or nothing; workers then do it. Nothing to migrate: it is finished at once. */
@Injectable()
export class StartRollout {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly versions: SchemaVersions,
    private readonly store: RolloutStore,
    private readonly config: ProvisioningConfig,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError 409 `rollout_running` with the id of the one that is not finished, 404 `tenant_not_found`, 400 for an unknown version */
  async start(request: NewRollout, actor: Actor): Promise<Rollout> {
    const targetVersion = request.targetVersion ?? this.versions.latest;
    this.versions.assertKnown(targetVersion);
    const id = newUuid();
    try {
      await this.master.transaction(async (tx) => {
        await assertNoRollout(tx, this.store);
        await assertKnown(tx, request);
        await this.insert(tx, id, targetVersion, request, actor);
        const total = await this.insertTenants(tx, id, targetVersion, request);
        await tx.query(
          `UPDATE migration_rollouts SET tenants_total = ?, status = ?, finished_at = CASE WHEN ? THEN NULL ELSE UTC_TIMESTAMP(6) END
            WHERE id = ?`,
          [total, total > 0 ? 'running' : 'succeeded', total > 0, id],
        );
        await this.audit.record(tx, actor, {
          action: 'rollout.started',
          objectType: 'rollout',
          objectId: id,
          after: { target_version: targetVersion, tenants_total: total },
        });
      });
    } catch (error) {
      if (isDuplicate(error)) await assertNoRollout(this.master.manager, this.store);
      throw error;
    }
    return this.store.one(id);
  }

  private async insert(tx: EntityManager, id: string, targetVersion: string, request: NewRollout, actor: Actor) {
    await tx.insert(Rollout, {
      id,
      targetVersion,
      status: 'running',
      wave: 1,
      waveSizes: [...(request.waveSizes ?? DEFAULT_WAVE_SIZES)],
      stopAfterFailures: request.stopAfterFailures ?? null,
      failuresAccepted: 0,
      concurrencyPerServer: request.concurrencyPerServer ?? this.config.ROLLOUT_CONCURRENCY_PER_SERVER,
      allowLocking: request.allowLocking ?? false,
      notBefore: request.notBefore ?? null,
      tenantsTotal: 0,
      requestedBy: actor.name,
      requestedById: actor.id,
      requestId: actor.requestId,
    });
  }

  /** One statement, whatever the size of the fleet. Companies of cheaper plans go first. */
  private async insertTenants(tx: EntityManager, id: string, target: string, request: NewRollout): Promise<number> {
    const behind = behindSql(target, request.tenantIds);
    const [row]: { n: string }[] = await tx.query(`SELECT COUNT(*) AS n FROM ${behind.from}`, behind.parameters);
    const total = Number(row?.n ?? 0);
    if (total === 0) return 0;
    const counts = waveCounts(request.waveSizes ?? DEFAULT_WAVE_SIZES, total);
    const ends = counts
      .slice(0, -1)
      .map((_, index) => counts.slice(0, index + 1).reduce((sum, count) => sum + count, 0));
    const { affectedRows } = await tx.query(
      `INSERT INTO migration_rollout_tenants (rollout_id, tenant_id, server_id, wave, status, from_version, to_version, due_at, error_code, error_message)
       SELECT ?, o.id, o.server_id, o.wave, CASE WHEN o.failed_in IS NULL THEN 'pending' ELSE 'skipped' END, o.schema_version, o.schema_version,
          CASE WHEN o.wave = 1 THEN UTC_TIMESTAMP(6) ELSE NULL END, CASE WHEN o.failed_in IS NULL THEN NULL ELSE 'unresolved_failure' END,
          CASE WHEN o.failed_in IS NULL THEN NULL ELSE 'It failed in a rollout before; mend the cause and mark it resolved.' END
         FROM (SELECT n.*, CASE ${ends.map((_, index) => `WHEN n.place <= ? THEN ${index + 1}`).join(' ')} ${ends.length > 0 ? 'ELSE' : 'WHEN TRUE THEN'} ${counts.length} END AS wave
            FROM (SELECT t.id, t.server_id, t.schema_version,
                ROW_NUMBER() OVER (ORDER BY (t.id = ?) DESC, FIELD(p.placement_class, 'trial', 'standard', 'premium'), t.id) AS place,
                (SELECT MAX(f.rollout_id) FROM migration_rollout_tenants f
                  WHERE f.tenant_id = t.id AND f.status = 'failed' AND f.resolved_at IS NULL) AS failed_in
              FROM ${behind.from}) n) o`,
      [id, ...ends, request.canaryTenantId ?? '', ...behind.parameters],
    );
    return affectedRows;
  }
}

/** Companies that are named must be there: a slip of the pen is no smaller rollout. */
export async function assertKnown(
  manager: EntityManager,
  { tenantIds = [], canaryTenantId }: NewRollout,
): Promise<void> {
  const named = [...tenantIds, ...(canaryTenantId === undefined ? [] : [canaryTenantId])];
  if (named.length === 0) return;
  const rows: { id: string }[] = await manager.query('SELECT id FROM tenant_master WHERE id IN (?)', [named]);
  const known = new Set(rows.map(({ id }) => id));
  const missing = named.find((id) => !known.has(id));
  if (missing !== undefined) throw notFound('company', missing, 'tenant_not_found');
}

export async function assertNoRollout(manager: EntityManager, store: RolloutStore, but?: string): Promise<void> {
  const active = await store.active(manager);
  if (!active || active.id === but) return;
  throw conflict(
    'rollout_running',
    `The rollout ${active.id} to ${active.targetVersion} is ${active.status}; wait for it, or resume or roll it back.`,
    { extra: { rollout_id: active.id } },
  );
}
