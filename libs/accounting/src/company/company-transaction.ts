import { canonicalJson, conflict, type IdempotencyRequest, retryDeadlocks, ruleBroken, sha256 } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable, Optional } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BooksUpkeep } from '../upkeep/books-upkeep.js';

const codeOf = (error: unknown) => (error as { code?: string } | null)?.code ?? '';

export interface TransactionOptions {
  /** Do it once per key: a repeated request gets the first answer. */
  idempotency?: IdempotencyRequest;
  /** Do all of it, answer what would be, and leave nothing of it. */
  dryRun?: boolean;
}

/** Ends a rehearsal: carries its answer past the rollback. */
class Rehearsed extends Error {
  constructor(readonly answer: unknown) {
    super('rehearsed');
  }
}

/** The unit of work: one transaction in the company's database, on one connection, spanning a use case. */
@Injectable()
export class CompanyTransaction {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    @Optional() private readonly upkeep?: BooksUpkeep,
  ) {}

  /**
   * Runs work in one transaction and answers after its COMMIT. It sees what it has waited for (READ COMMITTED), and waits
   * for no gap between rows that another one has locked. Deadlocks and lock waits are tried again, five times at
   * most: work must do nothing outside the transaction.
   * @throws DomainError 409 `idempotency_key_reused` when the key came with another body; 503 `company_busy` when all
   *   tries met others that change the same rows
   */
  async run<T>(work: (tx: EntityManager) => Promise<T>, { idempotency, dryRun }: TransactionOptions = {}): Promise<T> {
    const all = async (tx: EntityManager): Promise<T> => {
      if (dryRun) throw new Rehearsed(await work(tx));
      return idempotency ? once(tx, idempotency, work) : work(tx);
    };
    try {
      const answer = await retryDeadlocks(() => this.dataSource.transaction('READ COMMITTED', all), 'company_busy');
      this.upkeep?.changed(this.dataSource.tenantId);
      return answer;
    } catch (error) {
      if (error instanceof Rehearsed) return error.answer as T;
      throw refusalOfDatabase(error);
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

/**
 * Keeps the answers of requests that were done in one transaction together, at its end.
 * @throws when one of the keys is there already: then nothing of them may be stored, and each is done alone
 */
export async function keepAnswers(
  tx: EntityManager,
  answers: readonly { request: IdempotencyRequest; answer: unknown }[],
): Promise<void> {
  if (answers.length === 0) return;
  const { affectedRows }: { affectedRows: number } = await tx.query(
    'INSERT IGNORE INTO idempotency_keys (idempotency_key, route, body_hash, answer) VALUES ?',
    [
      answers.map(({ request: { key, route, body }, answer }) => [
        key, route, sha256(canonicalJson(body ?? null)), JSON.stringify(answer),
      ]), // biome-ignore format: one row
    ],
  );
  if (affectedRows < answers.length) throw new Error('an Idempotency-Key is there already');
}
