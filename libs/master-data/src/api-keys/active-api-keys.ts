import { assertKeyGood, Believed, remember, sha256 } from '@finvera/common';
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
  private readonly known: Believed<ApiKey | null>;
  /** when its use was noted last, by id */
  private readonly noted = new Map<string, number>();

  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {
    this.known = new Believed((keyHash) => keys.findOneBy({ keyHash }), { ms: BELIEVED_MS, max: KEYS_MAX });
  }

  /** @throws DomainError 401 `api_key_invalid`, `api_key_revoked`, `api_key_expired` */
  async authenticate(text: string, address: string): Promise<ApiKey> {
    const key = await this.known.get(sha256(text));
    assertKeyGood(key);
    this.noteUse(key.id, address);
    return key;
  }

  /** Nobody waits for it. */
  private noteUse(id: string, address: string): void {
    const now = performance.now();
    if (now - (this.noted.get(id) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
    remember(this.noted, id, now, KEYS_MAX);
    this.keys
      .update(id, { lastUsedAt: new Date(), lastUsedFrom: address })
      .catch((error: unknown) => this.logger.warn({ msg: 'the use of an API key was not noted', err: error }));
  }
}
