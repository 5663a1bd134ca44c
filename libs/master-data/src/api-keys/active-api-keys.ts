import { sha256, unauthenticated } from '@finvera/common';
import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { ApiKey } from './api-key.entity.js';

const BELIEVED_MS = 5_000;
const KEYS_MAX = 1_000;
const NOTED_EVERY_MS = 60_000;

export const API_KEY_PREFIX = 'fvk_';

/** Who stands behind a key; believes what it read for five seconds, so that a revocation reaches every process. */
@Injectable()
export class ActiveApiKeys {
  private readonly logger = new Logger(ActiveApiKeys.name);
  private readonly known = new Map<string, { at: number; key: Promise<ApiKey | null> }>();
  /** when its use was noted last, by id */
  private readonly noted = new Map<string, number>();

  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {}

  /** @throws DomainError 401 `api_key_invalid`, `api_key_revoked`, `api_key_expired` */
  async authenticate(text: string, address: string): Promise<ApiKey> {
    const key = await this.find(sha256(text));
    if (!key) throw unauthenticated('The API key is not valid.', 'api_key_invalid');
    if (key.revokedAt) throw unauthenticated('The API key was revoked.', 'api_key_revoked');
    if (key.expiresAt && key.expiresAt.getTime() <= Date.now())
      throw unauthenticated('The API key has expired; make a new one.', 'api_key_expired');
    this.noteUse(key.id, address);
    return key;
  }

  private find(keyHash: string): Promise<ApiKey | null> {
    const now = performance.now();
    const cached = this.known.get(keyHash);
    if (cached && now - cached.at < BELIEVED_MS) return cached.key;
    const key = this.keys.findOneBy({ keyHash });
    remember(this.known, keyHash, { at: now, key });
    key.catch(() => this.known.delete(keyHash));
    return key;
  }

  /** Nobody waits for it. */
  private noteUse(id: string, address: string): void {
    const now = performance.now();
    if (now - (this.noted.get(id) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
    remember(this.noted, id, now);
    this.keys
      .update(id, { lastUsedAt: new Date(), lastUsedFrom: address })
      .catch((error: unknown) => this.logger.warn({ msg: 'the use of an API key was not noted', err: error }));
  }
}

/** The oldest goes first. */
function remember<T>(map: Map<string, T>, name: string, value: T): void {
  map.delete(name);
  map.set(name, value);
  if (map.size > KEYS_MAX) map.delete(map.keys().next().value!);
}
