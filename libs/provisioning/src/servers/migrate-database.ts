import { CONNECTION_DEFAULTS, type ConnectionTarget } from '@finvera/tenancy';
import { DataSource } from 'typeorm';
import type { TenantSchema } from '../tenant-schema.js';

/** Runs whatever migrations a tenant database has not had yet. */
export async function migrateDatabase(
  target: Omit<ConnectionTarget, 'connectTimeoutMs'> & { database: string },
  schema: TenantSchema,
): Promise<void> {
  const { user: username, ...place } = target;
  const { charset, timezone, supportBigNumbers, bigNumberStrings, maxPreparedStatements } = CONNECTION_DEFAULTS;
  const dataSource = new DataSource({
    type: 'mysql',
    ...place,
    username,
    migrations: [...schema.migrations],
    charset,
    timezone,
    supportBigNumbers,
    bigNumberStrings,
    poolSize: 1,
    multipleStatements: true, // migrations alone use it: their SQL is constant
    extra: { maxPreparedStatements },
  });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations({ transaction: 'none' });
  } finally {
    await dataSource.destroy();
  }
}
