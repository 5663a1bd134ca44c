import { type Actor, canonicalJson, DomainError, isUnreachable, sha256 } from '@finvera/common';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import pLimit from 'p-limit';
import { DataSource } from 'typeorm';
import { CreateTenant, type CreatedTenant, type NewTenant } from '../create-tenant/create-tenant.js';
import { RepeatedCreation } from '../create-tenant/repeated-creation.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { CheckRows, type CheckedRow } from './check-rows.js';

/** Companies that one process makes at a time in bulk, however many servers there are. */
const AT_ONCE_MAX = 32;
const ROUTE = 'bulk creation';

/** What became of one row; `row` counts from 1, without a heading. */
export interface RowResult {
  row: number;
  subdomain: string;
  /** `valid`: would be made · `existing`: a former run with the same row made it · `not_started`: the caller went away */
  status: 'created' | 'existing' | 'valid' | 'failed' | 'not_started';
  tenant_id?: string;
  admin_user?: { email: string; temporary_password?: string };
  code?: string;
  error?: string;
  details?: { field: string; message: string }[];
}

export interface CreateManyOptions {
  /** Checks every row, and makes nothing. */
  dryRun?: boolean;
  /** Told of each row when it is done, in the order in which they are. */
  onResult?: (result: RowResult) => void;
  /** Aborted when nobody wants the rest any more: what has begun is finished. */
  signal?: AbortSignal;
}

/**
 * Makes a company of each row, several at a time per server. The same row again gives the first answer again, so that a run
 * that ended midway is simply repeated: its key is the row's `idempotency_key`, or else what it says.
 */
@Injectable()
export class CreateManyTenants {
  private readonly logger = new Logger(CreateManyTenants.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: ProvisioningConfig,
    private readonly checkRows: CheckRows,
    private readonly createTenant: CreateTenant,
    private readonly repeated: RepeatedCreation,
  ) {}

  /**
   * @param rows as they came in; all are checked before the first company is made
   * @returns a result per row, in the order of the rows
   * @throws DomainError 400 `rows_invalid` naming the fields when a row cannot be meant so; nothing is made then
   */
  async run(rows: readonly unknown[], actor: Actor, options: CreateManyOptions = {}): Promise<RowResult[]> {
    const checked = await this.checkRows.check(rows);
    const limit = pLimit(options.dryRun ? 1 : await this.concurrency());
    const tell = (result: RowResult) => {
      options.onResult?.(result);
      return result;
    };
    return Promise.all(checked.map((row) => limit(async () => tell(await this.one(row, actor, options)))));
  }

  private async one(row: CheckedRow, actor: Actor, { dryRun, signal }: CreateManyOptions): Promise<RowResult> {
    const place = { row: row.number, subdomain: row.tenant.subdomain };
    if (signal?.aborted) return { ...place, status: 'not_started' };
    try {
      if (dryRun) return { ...place, ...(await this.checkRows.foresee(row, requestOf(row))) };
      let isNew = false;
      const idempotency = requestOf(row);
      const created = await this.repeated.once(idempotency, () => {
        isNew = true;
        return this.createTenant.create(row.tenant, actor, { wait: true, warm: false, idempotency });
      });
      return { ...place, status: isNew ? 'created' : 'existing', ...answerOf(created) };
    } catch (error) {
      return { ...place, status: 'failed', ...this.explain(error) };
    }
  }

  private explain(error: unknown): Pick<RowResult, 'code' | 'error' | 'details'> {
    if (error instanceof DomainError)
      return { code: error.code, error: error.message, ...(error.details && { details: error.details }) };
    this.logger.error({ msg: 'a row of a bulk creation failed', err: error });
    return isUnreachable(error)
      ? { code: 'database_unavailable', error: 'The database could not be reached; repeat the run.' }
      : { code: 'internal_error', error: 'Something went wrong on our side; it has been logged.' };
  }

  private async concurrency(): Promise<number> {
    const [counted]: { servers: string }[] = await this.master.query(
      "SELECT COUNT(*) AS servers FROM database_servers WHERE status = 'active'",
    );
    const servers = Math.max(Number(counted!.servers), 1);
    return Math.min(servers * this.config.CREATIONS_PER_SERVER, AT_ONCE_MAX);
  }
}

function requestOf({ tenant, key }: { tenant: NewTenant; key?: string }) {
  return {
    key: `bulk:${sha256(key === undefined ? canonicalJson(tenant) : `key ${key}`)}`,
    route: ROUTE,
    body: tenant,
  };
}

const answerOf = ({ tenantId, adminUser }: CreatedTenant) => ({ tenant_id: tenantId, admin_user: adminUser });
