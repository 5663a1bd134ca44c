import { DomainError, isUnreachable, unavailable } from '@finvera/common';

const ERROR_MAX_LENGTH = 700;
const BUSY = new Set(['ER_LOCK_WAIT_TIMEOUT', 'ER_LOCK_DEADLOCK', 'ER_STATEMENT_TIMEOUT']);

/** What a failure means for the rollout. The engine's words stay: who repairs the company's data needs them. */
export function explain(error: unknown, where: string): unknown {
  if (error instanceof DomainError || isUnreachable(error) || (error as Error)?.name === 'AbortError') return error;
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  if (BUSY.has(code))
    return unavailable(
      'tenant_busy',
      `In ${where} others used the tables for too long; it is tried again later.`,
      15,
      error,
    );
  return new DomainError('migration_failed', 409, `In ${where}: ${message.slice(0, ERROR_MAX_LENGTH)}`, {
    cause: error,
  });
}
