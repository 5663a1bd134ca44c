import { unavailable } from '@finvera/common';

const STATEMENT_RETRY_SECONDS = 5;

/** 503 for a tenant whose database server cannot be reached now. */
export const databaseUnavailable = (retryAfterSeconds: number, cause?: unknown) =>
  unavailable(
    'tenant_database_unavailable',
    'The database of this company cannot be reached at the moment; try again shortly.',
    retryAfterSeconds,
    cause,
  );

/** 503 for a tenant that cannot be looked up now: the directory does not answer. */
export const directoryUnavailable = () =>
  unavailable('database_unavailable', 'The company cannot be looked up at the moment; try again shortly.', 1);

/** 503: whoever asks holds on to a DataSource longer than its lease. */
export const dataSourceClosed = () =>
  unavailable(
    'tenant_data_source_closed',
    'This tenant’s DataSource is closed: its lease has ended. Take repositories from the request or from Tenancy.run() each time.',
    1,
  );

/** 503 for a statement that the server ended. */
export const statementTimedOut = (cause: unknown) =>
  unavailable(
    'tenant_statement_timeout',
    'The database of this company took too long for this request and gave it up; ask for less at a time, or try again later.',
    STATEMENT_RETRY_SECONDS,
    cause,
  );
