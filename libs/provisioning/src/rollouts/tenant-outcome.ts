import { DomainError, isUnreachable } from '@finvera/common';
import type { MigrateTenant, MigrateTenantOptions } from './migrate-tenant.js';
import type { MigrationSession } from './schema/migration-session.js';
import type { TenantResult } from './record-results.js';

/** Refusals that end by themselves: it is tried again. */
const PASSING = new Set(['tenant_busy', 'database_unavailable', 'interrupted', 'cancelled']);

export type Outcome = Omit<TenantResult, 'tenantId' | 'operationId'>;

/** How a failure is recorded: what passes is tried again by itself, anything else only when somebody has resolved it. */
export function outcomeOf(error: {
  code: string;
  message: string;
  retryAfterSeconds?: number;
}): Pick<Outcome, 'outcome' | 'error' | 'retryAfterSeconds'> {
  const { code, message, retryAfterSeconds } = error;
  return { outcome: PASSING.has(code) ? 'deferred' : 'failed', error: { code, message }, retryAfterSeconds };
}

/**
 * Migrates one company and, when that fails, puts it back to where it came from.
 * @throws what says that the server is gone or that this process must stop; the company then is as it is
 */
export async function attempt(
  migrate: MigrateTenant,
  session: MigrationSession,
  tenant: { id: string; dbName: string },
  options: MigrateTenantOptions,
): Promise<Outcome> {
  const started = performance.now();
  try {
    const version = await migrate.run(session, tenant, options);
    return { outcome: 'done', version, durationMs: performance.now() - started };
  } catch (error) {
    if (!(error instanceof DomainError) || options.signal?.aborted) throw error;
    const failure = outcomeOf(error);
    if (error.code === 'tenant_busy' && /another process/i.test(error.message))
      return { ...failure, durationMs: performance.now() - started };
    const [version, settling] = await migrate.settle(session, tenant, options).then(
      (settled) => [settled, undefined] as const,
      (second: unknown) => [undefined, second] as const,
    );
    if (settling !== undefined) {
      if (isUnreachable(settling) || !(settling instanceof DomainError)) throw settling;
      failure.error = {
        code: error.code,
        message: `${error.message} Taking it back failed as well. ${settling.message}`,
      };
    }
    return { ...failure, version, durationMs: performance.now() - started };
  }
}
