import { setTimeout as sleep } from 'node:timers/promises';
import { unavailable } from '../errors/domain-error.js';

const TRIES_MAX = 5;
const FIRST_PAUSE_MS = 5;
// the last one: MariaDB from 11.6 on, when somebody changed a row after this transaction had begun to read
const RETRIED = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD']);

/**
 * Runs a transaction, again when the database gave way to another one: five times at most. The work must do nothing
 * outside its transaction.
 * @throws DomainError 503 `busy` when all tries met others that change the same rows
 */
export async function retryDeadlocks<T>(transaction: () => Promise<T>, busyCode = 'busy'): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (!RETRIED.has((error as { code?: string } | null)?.code ?? '')) throw error;
      if (attempt === TRIES_MAX)
        throw unavailable(busyCode, 'Others are changing the same things; try again shortly.', 1, error);
      await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** attempt);
    }
  }
}
