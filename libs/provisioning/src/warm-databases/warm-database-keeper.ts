import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ProvisioningConfig } from '../provisioning.config.js';
import { RefillWarmDatabases } from './refill-warm-databases.js';

/** Looks every `RECONCILE_EVERY_MS` whether databases were taken, and makes others ready. */
@Injectable()
export class WarmDatabaseKeeper implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(WarmDatabaseKeeper.name);
  private timer?: NodeJS.Timeout;
  private readonly stopping = new AbortController();
  private round: Promise<void> = Promise.resolve();

  constructor(
    private readonly refill: RefillWarmDatabases,
    private readonly config: ProvisioningConfig,
  ) {}

  onModuleInit(): void {
    this.scheduleNextRound();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.round;
  }

  private scheduleNextRound(): void {
    if (this.stopping.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.round = this.look().finally(() => this.scheduleNextRound());
    }, this.config.RECONCILE_EVERY_MS);
  }

  private async look(): Promise<void> {
    try {
      const { built, dropped } = await this.refill.run(this.stopping.signal);
      if (built + dropped > 0) this.logger.log({ msg: 'databases made ready', built, dropped });
    } catch (error) {
      this.logger.warn({ msg: 'could not look for databases to make ready', err: error });
    }
  }
}
