import { canonicalJson, conflict, type IdempotencyRequest, SecretBox, sha256 } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { type CreatedTenant, KeyTaken } from './create-tenant.js';

const WAIT_MAX_MS = 30_000;
const LOOK_EVERY_MS = 100;
const TRIES_MAX = 5;

/** The first answer to a creation with an `Idempotency-Key`, for those who ask again. */
@Injectable()
export class RepeatedCreation {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly secrets: SecretBox,
  ) {}

  /** Creates once per key: whoever comes later, or at the same moment, gets the first answer. */
  async once(request: IdempotencyRequest | undefined, create: () => Promise<CreatedTenant>): Promise<CreatedTenant> {
    if (!request) return create();
    for (let attempt = 1; ; attempt += 1) {
      const first = await this.find(request);
      if (first) return first;
      try {
        return await create();
      } catch (error) {
        if (!(error instanceof KeyTaken) || attempt === TRIES_MAX) throw error;
      }
    }
  }

  /**
   * The first answer; null when the key is new (or its first creation was undone). While the first call is still at
   * work it is waited for, 30 seconds at most.
   * @throws DomainError 409 `idempotency_key_reused` for another body, `idempotency_key_in_use` after the wait
   */
  private async find(request: IdempotencyRequest): Promise<CreatedTenant | null> {
    const deadline = performance.now() + WAIT_MAX_MS;
    for (;;) {
      const [row]: { route: string; body_hash: string; answer: string | null }[] = await this.master.query(
        'SELECT route, body_hash, answer FROM idempotency_keys WHERE idempotency_key = ?',
        [request.key],
      );
      if (!row) return null;
      if (row.route !== request.route || row.body_hash !== sha256(canonicalJson(request.body)))
        throw conflict('idempotency_key_reused', 'This Idempotency-Key was used for another request; use a new key.');
      if (row.answer) return JSON.parse(await this.secrets.decrypt(row.answer)) as CreatedTenant;
      if (performance.now() > deadline)
        throw conflict(
          'idempotency_key_in_use',
          'The first request with this Idempotency-Key is still being worked on.',
          {
            retryAfterSeconds: 5,
          },
        );
      await sleep(LOOK_EVERY_MS);
    }
  }
}
