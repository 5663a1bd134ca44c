import { notFound } from '@finvera/common';
import { Rollout, type Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Direction } from './migrate-tenant.js';

export const MIGRATE_TENANT = 'migrate_tenant';
export const REVERT_TENANT = 'revert_tenant';

/** A company whose turn has come. */
export interface DueTenant {
  id: string;
  subdomain: string;
  status: Tenant['status'];
  serverId: string;
  dbName: string;
  schemaVersion: string | null;
  fromVersion: string | null;
  deferrals: number;
  timeZone: string | null;
  upgradeWindow: string | null;
  migrateNotBefore: Date | null;
  holdReason: string | null;
}

export const directionOf = ({ status }: Pick<Rollout, 'status'>): Direction =>
  status === 'rolling_back' ? 'down' : 'up';

/** Rows of rollouts and of the companies in them. What it reads is bounded by what is asked for, not by the fleet. */
@Injectable()
export class RolloutStore {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  /** @throws DomainError 404 `rollout_not_found` */
  async one(id: string, manager: EntityManager = this.master.manager): Promise<Rollout> {
    const rollout = await manager.findOneBy(Rollout, { id });
    if (!rollout) throw notFound('rollout', id, 'rollout_not_found');
    return rollout;
  }

  /** The one that is not finished. */
  async active(manager: EntityManager = this.master.manager): Promise<Rollout | null> {
    const [row]: { id: string }[] = await manager.query('SELECT id FROM migration_rollouts WHERE active_slot = 1');
    return row ? manager.findOneBy(Rollout, { id: row.id }) : null;
  }

  /** Servers on which some company is due now. */
  async serversWithWork({ id, status }: Rollout): Promise<string[]> {
    const rows: { id: string }[] = await this.master.query(
      `SELECT s.id FROM database_servers s WHERE EXISTS (SELECT 1 FROM migration_rollout_tenants rt
        WHERE rt.rollout_id = ? AND rt.status = 'pending' AND rt.direction = ? AND rt.server_id = s.id AND rt.due_at <= UTC_TIMESTAMP(6))`,
      [id, directionOf({ status })],
    );
    return rows.map((row) => row.id);
  }

  /** Companies of one server that are due, those that wait longest first. */
  async due({ id, status }: Rollout, serverId: string, limit: number): Promise<DueTenant[]> {
    const rows: (Record<string, never> & { migrate_not_before: Date | null })[] = await this.master.query(
      `SELECT t.id, t.subdomain, t.status, t.server_id, t.db_name, t.schema_version, rt.from_version, rt.deferrals,
          t.time_zone, t.upgrade_window, t.migrate_not_before, t.migration_hold_reason
         FROM migration_rollout_tenants rt JOIN tenant_master t ON t.id = rt.tenant_id
        WHERE rt.rollout_id = ? AND rt.status = 'pending' AND rt.direction = ? AND rt.server_id = ? AND rt.due_at <= UTC_TIMESTAMP(6)
        ORDER BY rt.due_at LIMIT ?`,
      [id, directionOf({ status }), serverId, limit],
    );
    return rows.map((row) => ({
      id: row.id!,
      subdomain: row.subdomain!,
      status: row.status!,
      serverId: row.server_id!,
      dbName: row.db_name!,
      schemaVersion: row.schema_version!,
      fromVersion: row.from_version!,
      deferrals: Number(row.deferrals),
      timeZone: row.time_zone!,
      upgradeWindow: row.upgrade_window!,
      migrateNotBefore: row.migrate_not_before,
      holdReason: row.migration_hold_reason!,
    }));
  }

  /**
   * Takes companies for this process: each gets an operation of its own, unless another one is at work on it.
   * @returns the operations of those that were taken
   */
  async take(
    rollout: Rollout,
    operations: readonly { operationId: string; tenant: DueTenant }[],
    token: string,
  ): Promise<Set<string>> {
    const ids = operations.map(({ operationId }) => operationId);
    if (ids.length === 0) return new Set();
    const kind = directionOf(rollout) === 'up' ? MIGRATE_TENANT : REVERT_TENANT;
    const { requestedBy, requestedById, requestId } = rollout;
    const rows = operations.map(({ operationId, tenant }) => {
      const input = JSON.stringify({ rollout_id: rollout.id, target: targetOf(rollout, tenant) });
      return [operationId, kind, tenant.id, token, input, requestedBy, requestedById, requestId, new Date()];
    });
    return this.master.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO tenant_operations (id, kind, tenant_id, status, step, attempts, claim_token, input, state,
           requested_by, requested_by_id, request_id, started_at)
         VALUES ${rows.map(() => "(?, ?, ?, 'running', 'migrate', 1, ?, ?, '{}', ?, ?, ?, ?)").join(', ')}
         ON DUPLICATE KEY UPDATE tenant_operations.id = tenant_operations.id`,
        rows.flat(),
      );
      await tx.query(
        `UPDATE migration_rollout_tenants rt JOIN tenant_operations o ON o.tenant_id = rt.tenant_id AND o.id IN (?)
            SET rt.status = 'running', rt.operation_id = o.id, rt.attempts = rt.attempts + 1, rt.started_at = UTC_TIMESTAMP(6),
                rt.finished_at = NULL, rt.error_code = NULL, rt.error_message = NULL
          WHERE rt.rollout_id = ? AND rt.status = 'pending'`,
        [ids, rollout.id],
      );
      const taken: { id: string }[] = await tx.query('SELECT id FROM tenant_operations WHERE id IN (?)', [ids]);
      return new Set(taken.map(({ id }) => id));
    });
  }

  /** Takes back what `take` did to companies that were not begun. */
  async giveBack(rolloutId: string, operationIds: readonly string[], token: string): Promise<void> {
    await this.master.transaction(async (tx) => {
      await tx.query(
        `UPDATE migration_rollout_tenants rt JOIN tenant_operations o ON o.id = rt.operation_id AND o.claim_token = ?
            SET rt.status = 'pending', rt.operation_id = NULL, rt.attempts = rt.attempts - 1, rt.started_at = NULL
          WHERE rt.rollout_id = ? AND rt.status = 'running' AND o.id IN (?)`,
        [token, rolloutId, operationIds],
      );
      await tx.query('DELETE FROM tenant_operations WHERE id IN (?) AND claim_token = ? AND finished_at IS NULL', [
        operationIds,
        token,
      ]);
    });
  }

  /** Puts companies off that cannot be migrated now. */
  async defer(rolloutId: string, tenantIds: readonly string[], until: Date, why: { code: string; message: string }) {
    if (tenantIds.length === 0) return;
    await this.master.query(
      `UPDATE migration_rollout_tenants SET due_at = ?, error_code = ?, error_message = ?
        WHERE rollout_id = ? AND tenant_id IN (?) AND status = 'pending'`,
      [until, why.code, why.message, rolloutId, tenantIds],
    );
  }

  /** Leaves a company that has not begun out. */
  async skip(rolloutId: string, tenantId: string, why: { code: string; message: string }): Promise<boolean> {
    const { affectedRows } = await this.master.query(
      `UPDATE migration_rollout_tenants SET status = 'skipped', error_code = ?, error_message = ?, finished_at = UTC_TIMESTAMP(6)
        WHERE rollout_id = ? AND tenant_id = ? AND status = 'pending'`,
      [why.code, why.message, rolloutId, tenantId],
    );
    return affectedRows > 0;
  }

  /** A company that was moved since the rollout was planned. */
  async follow(rolloutId: string, tenant: Pick<DueTenant, 'id' | 'serverId'>): Promise<void> {
    await this.master.query(
      'UPDATE migration_rollout_tenants SET server_id = ? WHERE rollout_id = ? AND tenant_id = ?',
      [tenant.serverId, rolloutId, tenant.id],
    );
  }

  /** Puts everything due on a server off that cannot be reached. */
  async deferServer(rolloutId: string, serverId: string, seconds: number): Promise<void> {
    await this.master.query(
      `UPDATE migration_rollout_tenants SET due_at = UTC_TIMESTAMP(6) + INTERVAL ? SECOND, error_code = 'database_unavailable',
          error_message = 'The database server could not be reached.'
        WHERE rollout_id = ? AND status = 'pending' AND server_id = ? AND due_at <= UTC_TIMESTAMP(6)`,
      [seconds, rolloutId, serverId],
    );
  }

  /** Operations of companies that stand as running. */
  async running(rolloutId: string, limit: number): Promise<{ tenant_id: string; operation_id: string }[]> {
    return this.master.query(
      "SELECT tenant_id, operation_id FROM migration_rollout_tenants WHERE rollout_id = ? AND status = 'running' LIMIT ?",
      [rolloutId, limit],
    );
  }
}

/** Where a company ends: forward at the rollout's target, on the way back at what it had before. */
export const targetOf = (rollout: Rollout, { fromVersion }: Pick<DueTenant, 'fromVersion'>): string =>
  directionOf(rollout) === 'up' ? rollout.targetVersion : (fromVersion ?? rollout.targetVersion);
