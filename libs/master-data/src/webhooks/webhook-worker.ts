import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DeliverWebhooks } from './deliver-webhooks.js';

const LOOK_EVERY_MS = 1_000;

/** Looks every second for events and due deliveries, and again when there is room for more. */
@Injectable()
export class WebhookWorker implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(WebhookWorker.name);
  private timer?: NodeJS.Timeout;
  private stopped = false;
  private looking = false;
  private again = false;

  constructor(private readonly webhooks: DeliverWebhooks) {}

  onModuleInit(): void {
    this.schedule(LOOK_EVERY_MS);
  }

  /** What is under way is finished: a receiver has seen it. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.webhooks.settle();
  }

  private schedule(afterMs: number): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), afterMs);
  }

  private async look(): Promise<void> {
    this.looking = true;
    this.again = false;
    try {
      await this.webhooks.round(() => this.wake());
    } catch (error) {
      this.logger.warn({ msg: 'could not look for webhooks that are due', err: error });
    }
    this.looking = false;
    this.schedule(this.again ? 0 : LOOK_EVERY_MS);
  }

  private wake(): void {
    this.again = true;
    if (!this.looking) this.schedule(0);
  }
}
