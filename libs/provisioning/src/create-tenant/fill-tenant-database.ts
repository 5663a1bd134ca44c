import { CONNECTION_DEFAULTS, type ConnectionTarget } from '@finvera/tenancy';
import { DataSource } from 'typeorm';
import type { AdministratorSeed, CompanySeed, TenantSchema } from '../tenant-schema.js';

export interface FillOptions {
  target: Omit<ConnectionTarget, 'connectTimeoutMs'> & { database: string };
  schema: TenantSchema;
  company: CompanySeed;
  administrator: AdministratorSeed;
}

/** Migrations, default data and the first user, in a database that was empty. */
export async function fillTenantDatabase({ target, schema, company, administrator }: FillOptions): Promise<void> {
  const { user: username, ...place } = target;
  const { charset, timezone, supportBigNumbers, bigNumberStrings, maxPreparedStatements } = CONNECTION_DEFAULTS;
  const dataSource = new DataSource({
    type: 'mysql',
    ...place,
    username,
    entities: [...schema.entities],
    migrations: [...schema.migrations],
    charset,
    timezone,
    supportBigNumbers,
    bigNumberStrings,
    dateStrings: ['DATE'],
    poolSize: 1,
    multipleStatements: true, // migrations alone use it: their SQL is constant
    extra: { maxPreparedStatements },
  });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations({ transaction: 'none' });
    await dataSource.transaction(async (manager) => {
      await schema.seed(manager, company);
      await schema.createAdministrator(manager, administrator);
    });
  } finally {
    await dataSource.destroy();
  }
}
