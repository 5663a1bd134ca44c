import { type Actor, conflict, keyExpiry, newUuid, notFound, sha256 } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import { DataSource, IsNull } from 'typeorm';
import { AuditLog } from '../audit-log/audit-log.js';
import { API_KEY_PREFIX } from './active-api-keys.js';
import { ApiKey } from './api-key.entity.js';
import type { CreateApiKeyDto } from './api-key.dto.js';

const KEYS_MAX = 1_000;
const SECRET_BYTES = 32;

/** Makes and revokes API keys; both are audited. */
@Injectable()
export class ChangeApiKeys {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @returns the key, this once
   * @throws DomainError 400 when it would have expired already, 409 `too_many_api_keys`
   */
  async create(body: CreateApiKeyDto, actor: Actor): Promise<{ apiKey: ApiKey; key: string }> {
    const expiresAt = keyExpiry(body.expires_at);
    const prefix = API_KEY_PREFIX + randomBytes(4).toString('hex');
    const key = `${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const id = newUuid();
    const apiKey = await this.master.transaction(async (tx) => {
      if ((await tx.countBy(ApiKey, { revokedAt: IsNull() })) >= KEYS_MAX)
        throw conflict('too_many_api_keys', `There are ${KEYS_MAX} API keys already; revoke those that nobody uses.`);
      await tx.insert(ApiKey, {
        id,
        name: body.name,
        prefix,
        keyHash: sha256(key),
        scopes: body.scopes,
        createdBy: actor.name,
        createdById: actor.id,
        expiresAt,
      });
      await this.audit.record(tx, actor, {
        action: 'api_key.created',
        objectType: 'api_key',
        objectId: id,
        after: { name: body.name, prefix, scopes: body.scopes, expires_at: expiresAt?.toISOString() ?? null },
      });
      return tx.findOneByOrFail(ApiKey, { id });
    });
    return { apiKey, key };
  }

  /** On every process within five seconds. One that is revoked stays so. @throws DomainError 404 `api_key_not_found` */
  revoke(id: string, actor: Actor): Promise<ApiKey> {
    return this.master.transaction(async (tx) => {
      const apiKey = await tx.findOne(ApiKey, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!apiKey) throw notFound('API key', id, 'api_key_not_found');
      if (apiKey.revokedAt) return apiKey;
      await tx.update(ApiKey, id, { revokedAt: new Date(), revokedBy: actor.name });
      await this.audit.record(tx, actor, {
        action: 'api_key.revoked',
        objectType: 'api_key',
        objectId: id,
        before: { name: apiKey.name, prefix: apiKey.prefix, scopes: apiKey.scopes },
      });
      return tx.findOneByOrFail(ApiKey, { id });
    });
  }
}
