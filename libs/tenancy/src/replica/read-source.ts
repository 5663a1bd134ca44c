import type { DataSource } from 'typeorm';

/** What a tenant's long reads are done with: its DataSource on the primary, or the one on the replica. */
export type ReadSource = Pick<DataSource, 'query' | 'transaction' | 'destroy' | 'isInitialized'>;
