import { type Actor, conflict, malformed, retryDeadlocks } from '@finvera/common';
import { AuditLog, TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { SelectTenants, type TenantSelection } from './select-tenants.js';

/** Companies that one call changes at most. */
export const CHANGED_MAX = 10_000;
/** Companies of one transaction: short enough that others wait for it no longer than a moment. */
const AT_ONCE = 200;

export type BulkChange = 'suspend' | 'reactivate';

export interface SuspendManyRequest extends TenantSelection {
  change: BulkChange;
  reason?: string;
  /** How many the caller believes there are: with another number nothing is changed. */
  expected?: number;
  /** Only says which they would be. */
  dryRun?: boolean;
}

export interface SkippedTenant {
  id: string;
  subdomain: string;
  code: 'operation_running' | 'tenant_status';
  operation_id?: string;
}

export interface SuspendManyResult {
  /** How many were meant. */
  matched: number;
  changed: { id: string; subdomain: string }[];
  skipped: SkippedTenant[];
}

const FROM = { suspend: 'active', reactivate: 'suspended' } as const;
const ACTION = { suspend: 'tenant.suspended', reactivate: 'tenant.reactivated' } as const;

interface Row {
  id: string;
  subdomain: string;
  status: string;
  suspended_reason: string | null;
}

/** Suspends or reactivates many companies. Whoever an operation is at work on, or who changed meanwhile, is skipped and named. */
@Injectable()
export class SuspendMany {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly select: SelectTenants,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
  ) {}

  /**
   * @param onProgress how many are done of how many, after each transaction
   * @throws DomainError 400 when nothing says which ones or they are too many, 409 `tenants_count_differs`
   */
  async run(
    request: SuspendManyRequest,
    actor: Actor,
    onProgress: (done: number, of: number) => void = () => undefined,
  ): Promise<SuspendManyResult> {
    const chosen = await this.select.find({ ...request, inStatus: FROM[request.change] }, CHANGED_MAX + 1);
    if (chosen.length > CHANGED_MAX)
      throw malformed(`More than ${CHANGED_MAX} companies are meant; narrow it down by plan or search.`);
    if (request.expected !== undefined && request.expected !== chosen.length)
      throw conflict(
        'tenants_count_differs',
        `${chosen.length} companies are meant, not ${request.expected}; nothing was changed.`,
        { extra: { matched: chosen.length } },
      );
    const result: SuspendManyResult = { matched: chosen.length, changed: [], skipped: [] };
    if (request.dryRun) {
      for (const { id, subdomain, status } of chosen)
        if (status === FROM[request.change]) result.changed.push({ id, subdomain });
        else result.skipped.push({ id, subdomain, code: 'tenant_status' });
      return result;
    }
    for (let first = 0; first < chosen.length; first += AT_ONCE) {
      const ids = chosen.slice(first, first + AT_ONCE).map(({ id }) => id);
      const part = await retryDeadlocks(() => this.master.transaction((tx) => this.change(tx, ids, request, actor)));
      await this.changes.publishMany(part.changed.map(({ id }) => id));
      result.changed.push(...part.changed);
      result.skipped.push(...part.skipped);
      onProgress(Math.min(first + AT_ONCE, chosen.length), chosen.length);
    }
    return result;
  }

  private async change(tx: EntityManager, ids: readonly string[], request: SuspendManyRequest, actor: Actor) {
    // all rows first and in order: whoever holds one of them is waited for before anything else is held
    const rows: Row[] = await tx.query(
      'SELECT id, subdomain, status, suspended_reason FROM tenant_master WHERE id IN (?) ORDER BY id FOR UPDATE',
      [ids],
    );
    const running: { id: string; tenant_id: string }[] = await tx.query(
      'SELECT id, tenant_id FROM tenant_operations WHERE active_tenant_id IN (?)',
      [ids],
    );
    const operations = new Map(running.map(({ id, tenant_id }) => [tenant_id, id]));
    const from = FROM[request.change];
    const isFree = (row: { id: string; status: string }) => row.status === from && !operations.has(row.id);
    const free = rows.filter(isFree);
    if (free.length > 0) await this.write(tx, free, request, actor);
    return {
      changed: free.map(({ id, subdomain }) => ({ id, subdomain })),
      skipped: rows
        .filter((row) => !isFree(row))
        .map(({ id, subdomain }): SkippedTenant => {
          const operation_id = operations.get(id);
          return operation_id
            ? { id, subdomain, code: 'operation_running', operation_id }
            : { id, subdomain, code: 'tenant_status' };
        }),
    };
  }

  private async write(
    tx: EntityManager,
    rows: readonly Row[],
    { change, reason = '' }: SuspendManyRequest,
    actor: Actor,
  ): Promise<void> {
    const ids = rows.map(({ id }) => id);
    if (change === 'suspend')
      await tx.query(
        "UPDATE tenant_master SET status = 'suspended', suspended_reason = ?, suspended_at = UTC_TIMESTAMP(6), suspended_for = NULL WHERE id IN (?)",
        [reason, ids],
      );
    else
      await tx.query(
        `UPDATE tenant_master SET status = 'active', suspended_reason = NULL, suspended_at = NULL, suspended_for = NULL,
            read_only_since = NULL, read_only_reason = NULL, read_only_for = NULL WHERE id IN (?)`,
        [ids],
      );
    await this.audit.recordMany(
      tx,
      actor,
      rows.map(({ id, status, suspended_reason }) => ({
        action: ACTION[change],
        tenantId: id,
        objectType: 'tenant',
        objectId: id,
        before: { status, suspendedReason: suspended_reason },
        after:
          change === 'suspend'
            ? { status: 'suspended', suspendedReason: reason }
            : { status: 'active', suspendedReason: null, ...(reason && { reason }) },
      })),
    );
  }
}
