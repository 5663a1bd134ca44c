import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ProvisioningConfig } from '../provisioning.config.js';
import { RolloutDriver } from './rollout-driver.js';

/** Looks every `RECONCILE_EVERY_MS` whether a rollout waits for a process that drives it. */
@Injectable()
export class RolloutWorker implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(RolloutWorker.name);
  private timer?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly driver: RolloutDriver,
    private readonly config: ProvisioningConfig,
  ) {}

  onModuleInit(): void {
    this.schedule();
  }

  beforeApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.driver
        .run()
        .catch((error: unknown) => this.logger.warn({ msg: 'the rollout is left for the next look', err: error }))
        .finally(() => this.schedule());
    }, this.config.RECONCILE_EVERY_MS);
  }
}
