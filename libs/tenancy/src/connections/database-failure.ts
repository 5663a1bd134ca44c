import { unavailable } from '@finvera/common';

/** 503 for a tenant whose database server cannot be reached now. */
export const databaseUnavailable = (retryAfterSeconds: number, cause?: unknown) =>
  unavailable(
    'tenant_database_unavailable',
    'The database of this company cannot be reached at the moment; try again shortly.',
    retryAfterSeconds,
    cause,
  );

/** 503: whoever asks holds on to a DataSource longer than its lease. */
export const dataSourceClosed = () =>
  unavailable(
    'tenant_data_source_closed',
    'This tenant’s DataSource is closed: its lease has ended. Take repositories from the request or from Tenancy.run() each time.',
    1,
  );
