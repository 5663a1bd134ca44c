import {
  deliverOnce,
  explainedAttempt,
  isSuccess,
  Metrics,
  pauseOrEnd,
  SecretBox,
  type SendResult,
  WebhookConfig,
} from '@finvera/common';
import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { type ClaimedDelivery, DeliveryStore } from './delivery-store.js';
import { QueueDeliveries } from './queue-deliveries.js';
import type { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { eventBody } from './webhook-event.js';

/** Deliveries of one endpoint at a time; one that fails is asked with one. */
const PER_ENDPOINT_MAX = 8;

/** Sends what is due. Whoever is slow or away holds up nobody else. */
@Injectable()
export class DeliverWebhooks {
  private readonly logger = new Logger(DeliverWebhooks.name);
  /** under way, by endpoint */
  private readonly underWay = new Map<string, Set<Promise<void>>>();
  private readonly attempts: Counter<'outcome'>;

  constructor(
    private readonly queue: QueueDeliveries,
    private readonly store: DeliveryStore,
    private readonly secrets: SecretBox,
    private readonly config: WebhookConfig,
    { registry }: Metrics,
  ) {
    this.attempts = new Counter({
      name: 'finvera_webhook_attempts_total',
      help: 'Tries to deliver a webhook: delivered, failed (tried again later) or dead (given up)',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  /**
   * Looks once for new events and begins to send what is due.
   * @param onDone told after each delivery: there may be room for more
   */
  async round(onDone: () => void = () => undefined): Promise<void> {
    await this.queue.run();
    for (const endpoint of await this.store.dueEndpoints()) {
      const room = this.roomOf(endpoint);
      if (room <= 0) continue;
      for (const delivery of await this.store.claim(endpoint.id, room)) this.begin(endpoint, delivery, onDone);
    }
  }

  /** Waits for what is under way. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.underWay.values()].flatMap((ones) => [...ones]));
  }

  private roomOf({ id, failingSince }: WebhookEndpoint): number {
    const total = [...this.underWay.values()].reduce((sum, { size }) => sum + size, 0);
    const own = (failingSince ? 1 : PER_ENDPOINT_MAX) - (this.underWay.get(id)?.size ?? 0);
    return Math.min(own, this.config.WEBHOOK_CONCURRENCY - total);
  }

  private begin(endpoint: WebhookEndpoint, delivery: ClaimedDelivery, onDone: () => void): void {
    const ones = this.underWay.get(endpoint.id) ?? new Set();
    this.underWay.set(endpoint.id, ones);
    const work = this.deliver(endpoint, delivery)
      .catch((error: unknown) =>
        this.logger.warn({ msg: 'a webhook is left for a later try', delivery_id: delivery.id, err: error }),
      )
      .finally(() => {
        ones.delete(work);
        if (ones.size === 0) this.underWay.delete(endpoint.id);
        onDone();
      });
    ones.add(work);
  }

  private async deliver(endpoint: WebhookEndpoint, delivery: ClaimedDelivery): Promise<void> {
    const { id: endpointId } = endpoint;
    if (!delivery.entry) {
      await this.store.failed(delivery, endpointId, { error: 'the event was removed from the audit log' }, null);
      return;
    }
    const result = await this.send(endpoint, delivery.webhookId, eventBody(delivery.entry));
    if (isSuccess(result)) {
      await this.store.delivered(delivery, endpointId, result);
      this.attempts.inc({ outcome: 'delivered' });
      return;
    }
    const pause = pauseOrEnd(delivery.attempts, result, this.config);
    const explained = explainedAttempt(result);
    await this.store.failed(delivery, endpointId, explained, pause);
    this.attempts.inc({ outcome: pause === null ? 'dead' : 'failed' });
    if (pause === null)
      this.logger.warn({ msg: 'a webhook was given up', delivery_id: delivery.id, endpoint_id: endpointId, ...explained }); // biome-ignore format: a line
    const disabled =
      result.status === 410
        ? await this.store.disableAsGone(endpointId)
        : await this.store.disableWhenFailing(endpointId);
    if (disabled) this.logger.warn({ msg: 'a webhook endpoint was disabled', endpoint_id: endpointId });
  }

  /** Signed with the secret, and with the former one while it is good. */
  async send(endpoint: WebhookEndpoint, webhookId: string, payload: object): Promise<SendResult> {
    const isChanging = endpoint.formerSecretUntil !== null && endpoint.formerSecretUntil.getTime() > Date.now();
    const encrypted = [endpoint.secret, ...(isChanging ? [endpoint.formerSecret!] : [])];
    const secrets = await Promise.all(encrypted.map((secret) => this.secrets.decrypt(secret)));
    return deliverOnce({ url: endpoint.url, secrets }, webhookId, payload, this.config);
  }
}
