import { Tenancy } from '@finvera/tenancy';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { ImportSteps } from './import-steps.js';

/** Takes imports through their steps beside the requests, each at most once at a time in a process. */
@Injectable()
export class ImportRunner implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ImportRunner.name);
  private readonly working = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(private readonly tenancy: Tenancy) {}

  /** Somebody asked for an import, or asks what became of it. */
  wake(tenantId: string, importId: string): void {
    const key = `${tenantId} ${importId}`;
    if (this.working.has(key) || this.stopping.signal.aborted) return;
    this.working.set(
      key,
      this.work(tenantId, importId).finally(() => this.working.delete(key)),
    );
  }

  /** What is under way ends with its step; somebody takes it up again. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.working.values());
  }

  private async work(tenantId: string, importId: string): Promise<void> {
    const { signal } = this.stopping;
    try {
      // the company is leased for each step: between two of them it may be suspended or moved
      for (let more = true; more && !signal.aborted; )
        more = await this.tenancy.run(tenantId, async (scope) => (await scope.get(ImportSteps)).step(importId, signal));
    } catch (error) {
      if (signal.aborted) return;
      this.logger.warn({ msg: 'an import was interrupted', tenant_id: tenantId, import_id: importId, err: error });
    }
  }
}
