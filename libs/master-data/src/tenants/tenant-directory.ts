import { remember, SecretBox } from '@finvera/common';
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
  read_only_reason: string | null;
  schema_version: string | null;
  db_name: string;
  db_host: string;
  db_port: number;
  user: string;
  password: string;
  requests_per_minute: number;
  maintenance: unknown;
  connection_budget: number | null;
  replica_host: string | null;
  replica_port: number | null;
}

const SELECT = `SELECT t.id, t.subdomain, t.status, t.db_provisioned, t.suspended_reason, t.read_only_reason, t.schema_version,
    t.db_name, t.db_host, t.db_port, COALESCE(t.db_user, s.admin_user) AS user,
    COALESCE(t.db_password, s.admin_password) AS password, p.requests_per_minute, t.maintenance,
    s.connection_budget, s.replica_host, s.replica_port
  FROM tenant_master t JOIN database_servers s ON s.id = t.server_id JOIN plans p ON p.code = t.subscription_plan`;

/** For so long a user that was read with the record is taken for the current one; a former user lives longer than that. */
const SECRET_BELIEVED_MS = 2_000;
const SECRETS_READ_MAX = 1_000;
const OPENED_MAX = 1_000;

const BY_DOMAIN =
  "t.id = (SELECT d.tenant_id FROM tenant_domains d WHERE d.verified_domain = ?) AND t.status <> 'deleted'";

/** The tenancy engine's view of `tenant_master`. */
@Injectable()
export class MasterTenantDirectory {
  /** encrypted, as read with the tenant's record */
  private readonly secretsRead = new Map<string, { user: string; password: string; atMs: number }>();
  /** encrypted → plain: tenants that share their server's user share one secret */
  private readonly opened = new Map<string, string>();

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly secrets: SecretBox,
  ) {}

  findById(id: string) {
    return this.find('t.id = ?', id);
  }

  findBySubdomain(subdomain: string) {
    return this.find('t.live_subdomain = ?', subdomain);
  }

  /** By a verified domain of its own. */
  findByDomain(domain: string) {
    return this.find(BY_DOMAIN, domain);
  }

  /**
   * The tenant's own database user, or the server's when tenants share it. A connection that is opened right after the
   * record was read costs no query of its own.
   */
  async credentials(tenantId: string): Promise<{ user: string; password: string }> {
    const read = this.secretsRead.get(tenantId);
    const { user, password } =
      read && performance.now() - read.atMs < SECRET_BELIEVED_MS ? read : await this.readSecret(tenantId);
    return { user, password: await this.open(password) };
  }

  private async find(condition: 't.id = ?' | 't.live_subdomain = ?' | typeof BY_DOMAIN, value: string) {
    const askedMs = performance.now();
    const [row]: DirectoryRow[] = await this.master.query(`${SELECT} WHERE ${condition}`, [value]);
    if (!row) return null;
    remember(this.secretsRead, row.id, { user: row.user, password: row.password, atMs: askedMs }, SECRETS_READ_MAX);
    return toRecord(row);
  }

  private async readSecret(tenantId: string): Promise<{ user: string; password: string }> {
    const [row]: { user: string; password: string }[] = await this.master.query(
      `SELECT COALESCE(t.db_user, s.admin_user) AS user, COALESCE(t.db_password, s.admin_password) AS password
         FROM tenant_master t JOIN database_servers s ON s.id = t.server_id WHERE t.id = ?`,
      [tenantId],
    );
    if (!row) throw new Error(`tenant ${tenantId} is not in the master database`);
    return row;
  }

  private async open(secret: string): Promise<string> {
    let password = this.opened.get(secret);
    if (password === undefined) {
      password = await this.secrets.decrypt(secret);
      remember(this.opened, secret, password, OPENED_MAX);
    }
    return password;
  }
}

/**
 * The user stands for its password: a tenant's new password comes with a new user, and a secret that was only encrypted
 * anew must not close everybody's connections.
 */
function toRecord(row: DirectoryRow) {
  const replica = row.replica_host !== null && { host: row.replica_host, port: Number(row.replica_port) };
  const place = [row.db_host, row.db_port, row.db_name, row.user, row.replica_host, row.replica_port].join('\n');
  return {
    id: row.id,
    subdomain: row.subdomain,
    status: row.status,
    provisioned: Boolean(row.db_provisioned),
    suspendedReason: row.suspended_reason,
    readOnlyReason: row.read_only_reason,
    schemaVersion: row.schema_version,
    revision: createHash('sha256').update(place).digest('base64'),
    database: row.db_name,
    host: row.db_host,
    port: Number(row.db_port),
    connectionBudget: row.connection_budget === null ? null : Number(row.connection_budget),
    replica: replica || null,
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
