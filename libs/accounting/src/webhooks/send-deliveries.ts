import {
  deliverOnce,
  explainedAttempt,
  isSuccess,
  Metrics,
  newUuid,
  pauseOrEnd,
  type SendResult,
  WebhookConfig,
} from '@finvera/common';
import { Tenancy } from '@finvera/tenancy';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { DeliveryStore, type NothingToSend, type TakenDelivery } from './delivery-store.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import { NoteDeliveries } from './note-deliveries.js';

/** Deliveries of an endpoint in a row, before others come to their turn. */
const TURN_MAX = 50;
/** Endpoints that wait for their turn; the schedule comes to those beyond it. */
const WAITING_MAX = 10_000;
/** A try that is due later is left to the schedule, which looks as often. */
const TIMER_MAX_MS = 60_000;

const NO_SECRET =
  'There is no secret for it: the company’s database was copied or came from elsewhere. Give it a new secret, then enable it.';

interface Endpoint {
  tenantId: string;
  id: string;
}

/**
 * Sends what is due to companies' endpoints, beside whoever changed the books: nobody waits for it. No company is leased
 * while its receiver is waited for.
 */
@Injectable()
export class SendDeliveries implements BeforeApplicationShutdown {
  private readonly logger = new Logger(SendDeliveries.name);
  /** by tenant and id, in the order in which they came */
  private readonly waiting = new Map<string, Endpoint>();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly attempts: Counter<'outcome'>;
  private stopped = false;

  constructor(
    private readonly tenancy: Tenancy,
    private readonly secrets: EndpointSecrets,
    private readonly config: WebhookConfig,
    { registry }: Metrics,
  ) {
    this.attempts = new Counter({
      name: 'finvera_company_webhook_attempts_total',
      help: 'Tries to deliver a webhook of a company: delivered, failed (tried again later) or dead (given up)',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  /** Deliveries wait for these endpoints of a company. Never waits, never fails. */
  wake(tenantId: string, endpointIds: readonly string[]): void {
    for (const id of endpointIds) {
      const key = `${tenantId} ${id}`;
      if (this.waiting.size < WAITING_MAX) this.waiting.set(key, { tenantId, id });
    }
    this.begin();
  }

  /** What is under way is finished: a receiver has seen it. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.allSettled(this.underWay.values());
  }

  private begin(): void {
    if (this.stopped) return;
    for (const [key, endpoint] of this.waiting) {
      if (this.underWay.size >= this.config.WEBHOOK_CONCURRENCY) return;
      if (this.underWay.has(key)) continue; // it is looked at again when it is done
      this.waiting.delete(key);
      clearTimeout(this.timers.get(key));
      this.timers.delete(key);
      this.underWay.set(
        key,
        this.turn(endpoint)
          .catch((error: unknown) =>
            // suspended, moved or deleted meanwhile, or a database that is away: the schedule comes back
            this.logger.debug({ msg: 'webhooks are left for later', tenant_id: endpoint.tenantId, err: error }),
          )
          .finally(() => {
            this.underWay.delete(key);
            this.begin();
          }),
      );
    }
  }

  private async turn(endpoint: Endpoint): Promise<void> {
    const token = newUuid();
    try {
      await this.send(endpoint, token);
    } finally {
      await this.inStore(endpoint, (store) => store.release(endpoint.id, token));
    }
  }

  private async send(endpoint: Endpoint, token: string): Promise<void> {
    let secrets: string[] | undefined;
    for (let sent = 0; sent < TURN_MAX && !this.stopped; sent += 1) {
      const next = await this.take(endpoint, token);
      if (next.kind === 'nothing') return this.comeBack(endpoint, next.waitMs);
      secrets ??= await this.secrets.of(endpoint.tenantId, endpoint.id);
      if (secrets.length === 0) {
        await this.inStore(endpoint, (store) => store.disable(endpoint.id, NO_SECRET));
        return;
      }
      const result = await deliverOnce({ url: next.url, secrets }, next.webhookId, next.payload, this.config);
      await this.inStore(endpoint, (store) => this.note(store, endpoint, next, token, result));
    }
    if (!this.stopped) this.waiting.set(`${endpoint.tenantId} ${endpoint.id}`, endpoint);
  }

  /** The next delivery; when none waits, what the edit log holds further is noted first. */
  private take({ tenantId, id }: Endpoint, token: string): Promise<TakenDelivery | NothingToSend> {
    return this.tenancy.run(tenantId, async (scope) => {
      const store = await scope.get(DeliveryStore);
      const next = await store.take(id, token);
      if (next.kind === 'taken' || next.waitMs !== null) return next;
      const due = await (await scope.get(NoteDeliveries)).run();
      return due.includes(id) ? store.take(id, token) : next;
    });
  }

  private async note(
    store: DeliveryStore,
    { tenantId, id: endpointId }: Endpoint,
    { id, attempts }: TakenDelivery,
    token: string,
    result: SendResult,
  ): Promise<void> {
    if (isSuccess(result)) {
      await store.delivered(endpointId, id, token, result);
      this.attempts.inc({ outcome: 'delivered' });
      return;
    }
    const pauseMs = pauseOrEnd(attempts, result, this.config);
    const explained = explainedAttempt(result);
    await store.failed(endpointId, id, token, { ...explained, pauseMs });
    this.attempts.inc({ outcome: pauseMs === null ? 'dead' : 'failed' });
    const about = { tenant_id: tenantId, endpoint_id: endpointId };
    if (pauseMs === null) this.logger.warn({ msg: 'a webhook was given up', delivery_id: id, ...about, ...explained });
    const disabled =
      result.status === 410
        ? await store.disable(endpointId, 'The receiver answered 410 Gone.')
        : await store.disableWhenFailing(endpointId);
    if (disabled) this.logger.warn({ msg: 'a webhook endpoint was disabled', ...about });
  }

  private comeBack({ tenantId, id }: Endpoint, waitMs: number | null): void {
    if (waitMs === null || waitMs > TIMER_MAX_MS || this.stopped || this.timers.size >= WAITING_MAX) return;
    const key = `${tenantId} ${id}`;
    clearTimeout(this.timers.get(key));
    const timer = setTimeout(() => {
      this.timers.delete(key);
      this.wake(tenantId, [id]);
    }, waitMs).unref();
    this.timers.set(key, timer);
  }

  private inStore<T>({ tenantId }: Endpoint, work: (store: DeliveryStore) => Promise<T>): Promise<T> {
    return this.tenancy.run(tenantId, async (scope) => work(await scope.get(DeliveryStore)));
  }
}
