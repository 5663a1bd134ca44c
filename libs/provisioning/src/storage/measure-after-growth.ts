import { DomainError } from '@finvera/common';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ProvisioningConfig } from '../provisioning.config.js';
import { MeasureTenant } from './measure-tenant.js';

const BYTES_PER_MB = 1_048_576;
/** Companies whose writing is counted; beyond that the one counted for longest is forgotten. */
const COUNTED_MAX = 10_000;
/** What crossed the mark is committed by then, as a rule; if not, the next mark or hour sees it. */
const SETTLE_MS = 2_000;
/** A server with very many databases takes a second to look for the size of one. */
const PAUSE_MS = 1_000;

/**
 * Counts what users of companies send to be written, and has a company measured when that is much: imports and bulk
 * posting meet the storage limit soon, not at the next full hour. One company at a time in each process.
 */
@Injectable()
export class MeasureAfterGrowth implements OnApplicationShutdown {
  private readonly logger = new Logger(MeasureAfterGrowth.name);
  /** bytes since the last measurement */
  private readonly written = new Map<string, number>();
  private readonly due = new Set<string>();
  private timer?: NodeJS.Timeout;
  private underWay: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly measure: MeasureTenant,
    private readonly config: ProvisioningConfig,
  ) {}

  /** Call with each writing request. Costs a look into a map; never waits, never fails. */
  wrote(tenantId: string, bytes: number): void {
    const markBytes = this.config.STORAGE_MEASURE_AFTER_MB * BYTES_PER_MB;
    if (markBytes === 0 || this.stopped) return;
    const total = (this.written.get(tenantId) ?? 0) + bytes;
    this.written.delete(tenantId);
    if (total < markBytes) {
      this.written.set(tenantId, total);
      if (this.written.size > COUNTED_MAX) this.written.delete(this.written.keys().next().value!);
      return;
    }
    this.due.add(tenantId);
    this.timer ??= setTimeout(() => this.next(), SETTLE_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.underWay;
  }

  private next(): void {
    const [tenantId] = this.due;
    this.timer = undefined;
    if (tenantId === undefined || this.stopped) return;
    this.due.delete(tenantId);
    this.underWay = this.look(tenantId).finally(() => {
      if (this.due.size > 0 && !this.stopped) this.timer ??= setTimeout(() => this.next(), PAUSE_MS).unref();
    });
  }

  private async look(tenantId: string): Promise<void> {
    try {
      await this.measure.run(tenantId);
    } catch (error) {
      if (error instanceof DomainError) return; // it is gone by now
      this.logger.warn({ msg: 'company not measured after it grew', tenant_id: tenantId, err: error });
    }
  }
}
