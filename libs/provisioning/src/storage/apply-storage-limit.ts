import { retryDeadlocks, systemActor } from '@finvera/common';
import { AuditLog, type AuditRecord, type StorageLevel, Tenant, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { ProvisioningConfig } from '../provisioning.config.js';
import { lockTenant } from '../tenants/lock-tenant.js';
import { StorageMetrics } from './storage-metrics.js';
import { NEAR_LIMIT_PERCENT, storageLevel, usedPercent } from './storage-level.js';

const HEIGHT: Record<StorageLevel, number> = { normal: 0, near_limit: 1, full: 2 };

/** What a crossing does to the company's record, and how the audit log names it. */
interface Consequence {
  action: string;
  set: Partial<Tenant>;
}

/**
 * Compares a company's size with its limit. Crossing 80 % is noted once; at 100 % the company is suspended, or may only be
 * read (`STORAGE_LIMIT_ACTION`); below it again, after a larger plan or after cleaning up, it is opened, if it was closed
 * for nothing else. Whoever opens it by hand meanwhile has decided: it stays open until it crosses the limit anew.
 */
@Injectable()
export class ApplyStorageLimit {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: ProvisioningConfig,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
    private readonly metrics: StorageMetrics,
  ) {}

  /** @returns whether anything changed; a company that an operation is at work on is left for the next measurement */
  async apply(tenantId: string): Promise<boolean> {
    const crossed = await retryDeadlocks(() => this.master.transaction((tx) => this.change(tx, tenantId)));
    if (!crossed) return false;
    this.metrics.crossed(crossed.from, crossed.to);
    await this.changes.publish(tenantId);
    return true;
  }

  private async change(tx: EntityManager, id: string): Promise<{ from: StorageLevel; to: StorageLevel } | null> {
    const tenant = await lockTenant(tx, id);
    if (!tenant.dbProvisioned || !['active', 'suspended'].includes(tenant.status)) return null;
    const from = tenant.storageLevel;
    const to = storageLevel(Number(tenant.storageUsedMb), tenant.storageLimitMb);
    const consequence = this.consequence(tenant, to);
    if (from === to && !consequence) return null;
    if (consequence && (await isBusy(tx, id))) return null;
    await tx.update(Tenant, id, { storageLevel: to, ...consequence?.set });
    await this.audit.recordMany(tx, systemActor('storage'), [
      ...crossings(tenant, from, to),
      ...(consequence ? [entry(tenant, consequence)] : []),
    ]);
    return { from, to };
  }

  private consequence(tenant: Tenant, to: StorageLevel): Consequence | null {
    if (to !== 'full') return lifted(tenant);
    if (tenant.storageLevel === 'full') return null; // it was drawn when it crossed
    const now = new Date();
    const reason = `The storage limit is reached: ${Number(tenant.storageUsedMb)} of ${tenant.storageLimitMb} MB are used`;
    if (this.config.STORAGE_LIMIT_ACTION === 'read_only')
      return tenant.readOnlySince
        ? null
        : { action: 'tenant.read_only_began', set: { readOnlySince: now, readOnlyReason: reason } };
    if (tenant.status === 'suspended') return null;
    return {
      action: 'tenant.suspended',
      set: { status: 'suspended', suspendedReason: reason, suspendedAt: now, suspendedFor: 'storage' },
    };
  }
}

/** The end of what the limit had brought; nothing when the company is closed for another reason. */
function lifted(tenant: Tenant): Consequence | null {
  const isCopy = tenant.readOnlyFor === 'copy';
  const writable = isCopy ? {} : { readOnlySince: null, readOnlyReason: null };
  if (tenant.status === 'suspended' && tenant.suspendedFor === 'storage')
    return {
      action: 'tenant.reactivated',
      set: { status: 'active', suspendedReason: null, suspendedAt: null, suspendedFor: null, ...writable },
    };
  return tenant.readOnlySince && !isCopy ? { action: 'tenant.read_only_ended', set: writable } : null;
}

/** One entry for each limit that was crossed, upwards or downwards. */
function crossings(tenant: Tenant, from: StorageLevel, to: StorageLevel): AuditRecord[] {
  const upwards = HEIGHT[to] > HEIGHT[from];
  const usedMb = Number(tenant.storageUsedMb);
  const of = (action: string, thresholdPercent: number): AuditRecord => ({
    action,
    tenantId: tenant.id,
    objectType: 'tenant',
    objectId: tenant.id,
    before: { storage_level: from },
    after: {
      storage_level: to,
      threshold_percent: thresholdPercent,
      storage_used_mb: usedMb,
      storage_limit_mb: tenant.storageLimitMb,
      used_percent: usedPercent(usedMb, tenant.storageLimitMb),
    },
  });
  const [low, high] = [Math.min(HEIGHT[from], HEIGHT[to]), Math.max(HEIGHT[from], HEIGHT[to])];
  const records: AuditRecord[] = [];
  if (low < HEIGHT.near_limit && high >= HEIGHT.near_limit)
    records.push(of(upwards ? 'storage.threshold_crossed' : 'storage.threshold_cleared', NEAR_LIMIT_PERCENT));
  if (low < HEIGHT.full && high >= HEIGHT.full)
    records.push(of(upwards ? 'storage.limit_reached' : 'storage.limit_cleared', 100));
  return upwards ? records : records.reverse();
}

const entry = (tenant: Tenant, { action, set }: Consequence): AuditRecord => ({
  action,
  tenantId: tenant.id,
  objectType: 'tenant',
  objectId: tenant.id,
  before: Object.fromEntries(Object.keys(set).map((field) => [field, tenant[field as keyof Tenant]])),
  after: { ...set },
});

async function isBusy(tx: EntityManager, tenantId: string): Promise<boolean> {
  const found: unknown[] = await tx.query('SELECT 1 FROM tenant_operations WHERE active_tenant_id = ?', [tenantId]);
  return found.length > 0;
}
