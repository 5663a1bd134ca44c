import { unavailable } from '@finvera/common';

/** 503 for a tenant whose database server cannot be reached now. */
export const databaseUnavailable = (retryAfterSeconds: number, cause?: unknown) =>
  unavailable(
    'tenant_database_unavailable',
    'The database of this company cannot be reached at the moment; try again shortly.',
    retryAfterSeconds,
    cause,
  );
