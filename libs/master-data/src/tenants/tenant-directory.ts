import { SecretBox } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { DataSource } from 'typeorm';
import { readMaintenance } from './maintenance.js';
import type { Tenant } from './tenant.entity.js';

interface DirectoryRow {
  id: string;
  subdomain: string;
  status: Tenant['status'];
  db_provisioned: number;
  suspended_reason: string | null;
  schema_version: string | null;
  db_name: string;
  db_host: string;
  db_port: number;
  user: string;
  requests_per_minute: number;
  maintenance: unknown;
}

const SELECT = `SELECT t.id, t.subdomain, t.status, t.db_provisioned, t.suspended_reason, t.schema_version,
    t.db_name, t.db_host, t.db_port, COALESCE(t.db_user, s.admin_user) AS user,
    p.requests_per_minute, t.maintenance
  FROM tenant_master t JOIN database_servers s ON s.id = t.server_id JOIN plans p ON p.code = t.subscription_plan`;

/** The tenancy engine's view of `tenant_master`. */
@Injectable()
export class MasterTenantDirectory {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly secrets: SecretBox,
  ) {}

  async findById(id: string) {
    const [row]: DirectoryRow[] = await this.master.query(`${SELECT} WHERE t.id = ?`, [id]);
    return row ? toRecord(row) : null;
  }

  async findBySubdomain(subdomain: string) {
    const [row]: DirectoryRow[] = await this.master.query(`${SELECT} WHERE t.live_subdomain = ?`, [subdomain]);
    return row ? toRecord(row) : null;
  }

  /** The tenant's own database user, or the server's when tenants share it. */
  async credentials(tenantId: string): Promise<{ user: string; password: string }> {
    const [row]: { user: string; password: string }[] = await this.master.query(
      `SELECT COALESCE(t.db_user, s.admin_user) AS user, COALESCE(t.db_password, s.admin_password) AS password
         FROM tenant_master t JOIN database_servers s ON s.id = t.server_id WHERE t.id = ?`,
      [tenantId],
    );
    if (!row) throw new Error(`tenant ${tenantId} is not in the master database`);
    return { user: row.user, password: await this.secrets.decrypt(row.password) };
  }
}

/**
 * The user stands for its password: a tenant's new password comes with a new user, and a secret that was only encrypted
 * anew must not close everybody's connections.
 */
function toRecord(row: DirectoryRow) {
  const place = [row.db_host, row.db_port, row.db_name, row.user].join('\n');
  return {
    id: row.id,
    subdomain: row.subdomain,
    status: row.status,
    provisioned: Boolean(row.db_provisioned),
    suspendedReason: row.suspended_reason,
    schemaVersion: row.schema_version,
    revision: createHash('sha256').update(place).digest('base64'),
    database: row.db_name,
    host: row.db_host,
    port: Number(row.db_port),
    requestsPerMinute: Number(row.requests_per_minute),
    maintenance: maintenanceOf(row.maintenance),
  };
}

function maintenanceOf(column: unknown) {
  const maintenance = readMaintenance(column);
  if (!maintenance) return null;
  const { message, retry_after_seconds, ends_at, allowed_emails, allowed_addresses } = maintenance;
  return {
    message,
    retryAfterSeconds: retry_after_seconds,
    endsAtMs: ends_at === null ? null : Date.parse(ends_at),
    allowedEmails: allowed_emails,
    allowedAddresses: allowed_addresses,
  };
}
