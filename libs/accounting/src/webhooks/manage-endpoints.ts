import {
  type Actor,
  checkedUrl,
  type CompanyPrincipal,
  forbidden,
  newId,
  ruleBroken,
  WatchedCompanies,
  WebhookConfig,
} from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { SealEditLog } from '../edit-log/seal-edit-log.js';
import type { AddCompanyEndpointDto, ChangeCompanyEndpointDto, CompanyEndpointDto } from './company-webhook.dto.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import { readEndpoint } from './find-webhooks.js';

/** Every event is weighed for each endpoint. */
const ENDPOINTS_MAX = 20;

const HEAD = 'SELECT COALESCE(MAX(sequence), 0) AS head FROM edit_log_chain';

/** Who asks, and as whom it is recorded. */
export interface Asking {
  principal: CompanyPrincipal;
  actor: Actor;
}

/** Adds, changes and removes a company's endpoints; each change stands in the edit log. */
@Injectable()
export class ManageEndpoints {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
    private readonly sealEditLog: SealEditLog,
    private readonly secrets: EndpointSecrets,
    private readonly watched: WatchedCompanies,
    private readonly config: WebhookConfig,
  ) {}

  /**
   * It is told of what happens from now on.
   * @returns the secret that verifies signatures, this once
   * @throws DomainError 400 for an address that we would not send to, 403 for somebody who may not read the edit log,
   *   422 `too_many_webhook_endpoints`
   */
  async add(
    body: AddCompanyEndpointDto,
    { principal, actor }: Asking,
  ): Promise<{ endpoint: CompanyEndpointDto; secret: string }> {
    assertMayBeTold(principal);
    const url = this.checked(body.url);
    const { tenantId } = this.dataSource;
    const id = newId();
    await this.watched.watch(tenantId);
    const { secret } = await this.secrets.renew(tenantId, id);
    await this.sealAll();
    try {
      return { endpoint: await this.insert({ ...body, url }, id, actor), secret };
    } catch (error) {
      await this.secrets.remove(tenantId, id);
      throw error;
    }
  }

  private insert(body: AddCompanyEndpointDto, id: string, actor: Actor): Promise<CompanyEndpointDto> {
    return this.transaction.run(async (tx) => {
      // the row of settings stands for all endpoints: two at once are counted one after the other
      await tx.query('SELECT id FROM company_settings WHERE id = 1 FOR UPDATE');
      const [{ count }] = await tx.query('SELECT COUNT(*) AS count FROM webhook_endpoints');
      if (Number(count) >= ENDPOINTS_MAX)
        throw ruleBroken(
          'too_many_webhook_endpoints',
          `There are ${ENDPOINTS_MAX} webhook endpoints already; remove one.`,
        );
      const [{ head }] = await tx.query(HEAD);
      await tx.query(
        'INSERT INTO webhook_endpoints (id, url, description, event_types, noted_through) VALUES (?, ?, ?, ?, ?)',
        [id, body.url, body.description ?? '', JSON.stringify(body.event_types), head],
      );
      const after = await readEndpoint(tx, id);
      await this.editLog.record(tx, actor, { ...entry('created', after), after });
      return after;
    });
  }

  /** @throws DomainError 404 `webhook_endpoint_not_found`, 400, 403 */
  async change(id: string, body: ChangeCompanyEndpointDto, { principal, actor }: Asking): Promise<CompanyEndpointDto> {
    assertMayBeTold(principal);
    const url = body.url === undefined ? undefined : this.checked(body.url);
    if (body.status === 'enabled') {
      await this.watched.watch(this.dataSource.tenantId);
      await this.sealAll();
    }
    return this.transaction.run(async (tx) => {
      const before = await readEndpoint(tx, id, 'FOR UPDATE');
      await tx.query('UPDATE webhook_endpoints SET url = ?, description = ?, event_types = ? WHERE id = ?', [
        url ?? before.url,
        body.description ?? before.description,
        JSON.stringify(body.event_types ?? before.event_types),
        id,
      ]);
      const isSwitched = body.status !== undefined && body.status !== before.status;
      if (isSwitched && body.status === 'enabled') await enable(tx, id);
      if (isSwitched && body.status === 'disabled') await disable(tx, id, `Disabled by ${actor.name}.`);
      const after = await readEndpoint(tx, id);
      await this.editLog.record(tx, actor, {
        ...entry(isSwitched ? after.status : 'updated', after),
        before,
        after,
      });
      return after;
    });
  }

  /** With its deliveries. @throws DomainError 404 `webhook_endpoint_not_found` */
  async remove(id: string, { actor }: Asking): Promise<void> {
    await this.transaction.run(async (tx) => {
      const before = await readEndpoint(tx, id, 'FOR UPDATE');
      await tx.query('DELETE FROM webhook_endpoints WHERE id = ?', [id]);
      await this.editLog.record(tx, actor, { ...entry('deleted', before), before });
    });
    await this.secrets.remove(this.dataSource.tenantId, id);
  }

  /**
   * A new secret; the one before signs beside it for a day, so that receivers can change theirs meanwhile.
   * @throws DomainError 404 `webhook_endpoint_not_found`
   */
  async rotateSecret(
    id: string,
    { principal, actor }: Asking,
  ): Promise<{ endpoint: CompanyEndpointDto; secret: string }> {
    assertMayBeTold(principal);
    await readEndpoint(this.dataSource, id);
    const { secret, formerUntil } = await this.secrets.renew(this.dataSource.tenantId, id);
    const endpoint = await this.transaction.run(async (tx) => {
      await readEndpoint(tx, id, 'FOR UPDATE');
      await tx.query('UPDATE webhook_endpoints SET former_secret_until = ? WHERE id = ?', [formerUntil, id]);
      const after = await readEndpoint(tx, id);
      await this.editLog.record(tx, actor, { ...entry('secret_rotated', after), after });
      return after;
    });
    return { endpoint, secret };
  }

  private checked(url: string): string {
    return checkedUrl(url, { allowPrivate: this.config.WEBHOOK_PRIVATE_ADDRESSES });
  }

  /** What was committed before is behind the place from which the endpoint is told. */
  private async sealAll(): Promise<void> {
    while (await this.sealEditLog.seal());
  }
}

/** What it was not told while it was disabled is left to a replay. */
async function enable(tx: EntityManager, id: string): Promise<void> {
  const [{ head }] = await tx.query(HEAD);
  await tx.query(
    `UPDATE webhook_endpoints SET status = 'enabled', disabled_reason = NULL, disabled_at = NULL, failing_since = NULL,
        noted_through = ? WHERE id = ?`,
    [head, id],
  );
}

async function disable(tx: EntityManager, id: string, reason: string): Promise<void> {
  await tx.query(
    `UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = ?, disabled_at = CURRENT_TIMESTAMP(6),
        claim_token = NULL, claimed_until = NULL WHERE id = ?`,
    [[...reason].slice(0, 500).join(''), id],
  );
}

/** An endpoint is told no more than who adds it may read. @throws DomainError 403 */
function assertMayBeTold({ permissions }: CompanyPrincipal): void {
  if (!permissions.has('edit_log:read'))
    throw forbidden('Webhooks tell what the edit log holds: whoever adds or changes them needs edit_log:read.');
}

const entry = (action: string, { id, url }: CompanyEndpointDto) => ({
  action,
  objectType: 'webhook_endpoint',
  objectId: id,
  objectName: url,
});
