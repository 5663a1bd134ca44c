import {
  type Actor,
  checkedUrl,
  conflict,
  FORMER_SECRET_HOURS,
  newUuid,
  newWebhookSecret,
  notFound,
  SecretBox,
  WebhookConfig,
} from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { readAuditHead } from '../audit-log/audit-chain.js';
import { AuditLog } from '../audit-log/audit-log.js';
import type { AddEndpointDto, ChangeEndpointDto } from './webhook-endpoint.dto.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

/** Every event is weighed for each endpoint. */
const ENDPOINTS_MAX = 100;

/** Adds, changes and removes endpoints; each change is audited. */
@Injectable()
export class ChangeEndpoints {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: WebhookConfig,
    private readonly secrets: SecretBox,
    private readonly audit: AuditLog,
  ) {}

  /**
   * It is told of what happens from now on.
   * @returns the secret that verifies signatures, this once
   * @throws DomainError 400 for an address that we would not send to, 409 `too_many_webhook_endpoints`
   */
  async add(body: AddEndpointDto, actor: Actor): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
    const url = checkedUrl(body.url, { allowPrivate: this.config.WEBHOOK_PRIVATE_ADDRESSES });
    const [id, secret] = [newUuid(), newWebhookSecret()];
    const encrypted = await this.secrets.encrypt(secret);
    const endpoint = await this.master.transaction(async (tx) => {
      // the cursor's row stands for all endpoints: two at once are counted one after the other
      await tx.query('SELECT audit_id FROM webhook_cursor WHERE slot = 1 FOR UPDATE');
      if ((await tx.count(WebhookEndpoint)) >= ENDPOINTS_MAX)
        throw conflict(
          'too_many_webhook_endpoints',
          `There are ${ENDPOINTS_MAX} webhook endpoints already; remove one.`,
        );
      const { lastId } = await readAuditHead(tx);
      await tx.insert(WebhookEndpoint, {
        id,
        url,
        description: body.description ?? '',
        eventTypes: body.event_types,
        secret: encrypted,
        status: 'enabled',
        eventsAfter: String(lastId),
      });
      const after = { url, event_types: body.event_types, description: body.description ?? '' };
      await this.audit.record(tx, actor, { ...entry('added', id), after });
      return tx.findOneByOrFail(WebhookEndpoint, { id });
    });
    return { endpoint, secret };
  }

  /** @throws DomainError 404 `webhook_endpoint_not_found`, 400 */
  change(id: string, body: ChangeEndpointDto, actor: Actor): Promise<WebhookEndpoint> {
    const url = body.url && checkedUrl(body.url, { allowPrivate: this.config.WEBHOOK_PRIVATE_ADDRESSES });
    return this.master.transaction(async (tx) => {
      const before = await this.lock(tx, id);
      const set: Partial<WebhookEndpoint> = {
        ...(url && { url }),
        ...(body.event_types && { eventTypes: body.event_types }),
        ...(body.description !== undefined && { description: body.description }),
        ...(body.status && body.status !== before.status && (await this.statusChange(tx, body.status, actor))),
      };
      if (Object.keys(set).length === 0) return before;
      await tx.update(WebhookEndpoint, id, set);
      const after = await tx.findOneByOrFail(WebhookEndpoint, { id });
      const action = body.status && body.status !== before.status ? body.status : 'changed';
      await this.audit.record(tx, actor, { ...entry(action, id), before: shown(before), after: shown(after) });
      return after;
    });
  }

  /** What it was not told while it was disabled is left to a replay. */
  private async statusChange(
    tx: EntityManager,
    status: WebhookEndpoint['status'],
    actor: Actor,
  ): Promise<Partial<WebhookEndpoint>> {
    if (status === 'disabled')
      return { status, disabledReason: `Disabled by ${actor.name}.`.slice(0, 500), disabledAt: new Date() };
    const { lastId } = await readAuditHead(tx);
    return { status, disabledReason: null, disabledAt: null, failingSince: null, eventsAfter: String(lastId) };
  }

  /** With its deliveries. @throws DomainError 404 `webhook_endpoint_not_found` */
  async remove(id: string, actor: Actor): Promise<void> {
    await this.master.transaction(async (tx) => {
      const before = await this.lock(tx, id);
      await tx.delete(WebhookEndpoint, id);
      await this.audit.record(tx, actor, { ...entry('removed', id), before: shown(before) });
    });
  }

  /**
   * A new secret; the one before signs beside it for a day, so that receivers can change theirs meanwhile.
   * @throws DomainError 404 `webhook_endpoint_not_found`
   */
  async rotateSecret(id: string, actor: Actor): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
    const secret = newWebhookSecret();
    const encrypted = await this.secrets.encrypt(secret);
    const endpoint = await this.master.transaction(async (tx) => {
      const before = await this.lock(tx, id);
      const until = new Date(Date.now() + FORMER_SECRET_HOURS * 3_600_000);
      await tx.update(WebhookEndpoint, id, {
        secret: encrypted,
        formerSecret: before.secret,
        formerSecretUntil: until,
      });
      await this.audit.record(tx, actor, {
        ...entry('secret_rotated', id),
        after: { former_secret_until: until.toISOString() },
      });
      return tx.findOneByOrFail(WebhookEndpoint, { id });
    });
    return { endpoint, secret };
  }

  private async lock(tx: EntityManager, id: string): Promise<WebhookEndpoint> {
    const endpoint = await tx.findOne(WebhookEndpoint, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!endpoint) throw notFound('webhook endpoint', id, 'webhook_endpoint_not_found');
    return endpoint;
  }
}

const entry = (what: string, id: string) => ({
  action: `webhook_endpoint.${what}`,
  objectType: 'webhook_endpoint',
  objectId: id,
});

const shown = ({ url, description, eventTypes, status, disabledReason }: WebhookEndpoint) => ({
  url,
  description,
  event_types: eventTypes,
  status,
  ...(disabledReason && { disabled_reason: disabledReason }),
});
