import { remember } from '@finvera/common';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';

/** Companies whose day a process remembers; beyond that the oldest is noted once more. */
const REMEMBERED_MAX = 100_000;
/** Notes under way at once; a company beyond that is noted with its next request. */
const WRITES_MAX = 20;

const DAY_MS = 86_400_000;
const today = () => new Date().toISOString().slice(0, 10);

/** Notes that the company is at work today (UTC). */
export async function noteActivity(tx: EntityManager, tenantId: string, day = today()): Promise<void> {
  await tx.query(
    `INSERT INTO tenant_activity (tenant_id, last_active_on) VALUES (?, ?)
       ON DUPLICATE KEY UPDATE last_active_on = GREATEST(last_active_on, ?)`,
    [tenantId, day, day],
  );
}

/** The last day on which somebody of a company was at work: written at most once a day by each process. */
@Injectable()
export class TenantActivity {
  private readonly logger = new Logger(TenantActivity.name);
  /** company → day since 1970 */
  private readonly noted = new Map<string, number>();
  private writes = 0;

  constructor(@InjectDataSource() private readonly master: DataSource) {}

  /** Call with each request of a company's own user. Costs a look into a map; never waits, never fails. */
  seen(tenantId: string): void {
    const day = Math.floor(Date.now() / DAY_MS);
    if (this.noted.get(tenantId) === day || this.writes >= WRITES_MAX) return;
    remember(this.noted, tenantId, day, REMEMBERED_MAX);
    void this.write(tenantId);
  }

  private async write(tenantId: string): Promise<void> {
    this.writes += 1;
    try {
      await noteActivity(this.master.manager, tenantId);
    } catch (error) {
      this.noted.delete(tenantId); // the next request tries again
      this.logger.debug({ msg: 'activity not noted', tenant_id: tenantId, err: error });
    } finally {
      this.writes -= 1;
    }
  }
}
