import { canonicalJson, conflict, type IdempotencyRequest, ruleBroken, sha256, unavailable } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';

const TRIES_MAX = 5;
const FIRST_PAUSE_MS = 5;
// the last one: MariaDB from 11.6 on, when somebody changed a row after this transaction had begun to read
const RETRIED = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD']);

const codeOf = (error: unknown) => (error as { code?: string } | null)?.code ?? '';

export interface TransactionOptions {
  /** Do it once per key: a repeated request gets the first answer. */
  idempotency?: IdempotencyRequest;
}

/** The unit of work: one transaction in the company's database, on one connection, spanning a use case. */
@Injectable()
export class CompanyTransaction {
  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /**
   * Runs work in one transaction and answers after its COMMIT. Deadlocks and lock waits are tried again, five times at
   * most: work must do nothing outside the transaction.
   * @throws DomainError 409 `idempotency_key_reused` when the key came with another body; 503 `company_busy` when all
   *   tries met others that change the same rows
   */
  async run<T>(work: (tx: EntityManager) => Promise<T>, { idempotency }: TransactionOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.dataSource.transaction((tx) => (idempotency ? once(tx, idempotency, work) : work(tx)));
      } catch (error) {
        if (!RETRIED.has(codeOf(error))) throw refusalOfDatabase(error);
        if (attempt === TRIES_MAX)
          throw unavailable('company_busy', 'Others are changing the same things; try again shortly.', 1, error);
        await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** attempt);
      }
    }
  }
}

/** What a guard of the database refused ("code: sentence"), as the refusal that it is; anything else as it came. */
function refusalOfDatabase(error: unknown): unknown {
  if (codeOf(error) !== 'ER_SIGNAL_EXCEPTION') return error;
  const [, code, sentence] = /(?:^|\s)([a-z_]+): (.+)$/.exec((error as Error).message) ?? [];
  return code && sentence ? ruleBroken(code, `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`) : error;
}

async function once<T>(
  tx: EntityManager,
  request: IdempotencyRequest,
  work: (tx: EntityManager) => Promise<T>,
): Promise<T> {
  const bodyHash = sha256(canonicalJson(request.body ?? null));
  // whoever comes second waits here until the first has committed or rolled back
  const inserted = await tx.query(
    'INSERT IGNORE INTO idempotency_keys (idempotency_key, route, body_hash) VALUES (?, ?, ?)',
    [request.key, request.route, bodyHash],
  );
  if (inserted.affectedRows === 0) {
    // a shared lock, which the refused insertion took already: everybody who waited goes on at once
    const [first]: { route: string; body_hash: string; answer: string }[] = await tx.query(
      'SELECT route, body_hash, answer FROM idempotency_keys WHERE idempotency_key = ? LOCK IN SHARE MODE',
      [request.key],
    );
    if (first?.route !== request.route || first.body_hash !== bodyHash)
      throw conflict('idempotency_key_reused', 'This Idempotency-Key was used for another request; use a new key.');
    return JSON.parse(first.answer) as T;
  }
  const answer = await work(tx);
  await tx.query('UPDATE idempotency_keys SET answer = ? WHERE idempotency_key = ?', [
    JSON.stringify(answer),
    request.key,
  ]);
  return answer;
}
