import { DataSource } from 'typeorm';
import { tenantSchema } from '../../dist/libs/accounting/src/index.js';
import { TenantPoolManager, TENANCY_LIMIT_DEFAULTS } from '../../dist/libs/tenancy/src/index.js';
import { DATABASE } from './platform.mjs';

const GOAL = 1 / 40;
const OURS = 2_000;
const PLAIN = 60;

/** Heap of an idle cached tenant (one query made, its connection closed since), against a plain DataSource per tenant. */
export async function cachedTenantHeap(platform) {
  const { db_name: database } = await platform.givenTenant();
  const directory = { credentials: async () => ({ user: DATABASE.user, password: DATABASE.password }) };
  const options = { directory, entities: tenantSchema.entities, minSchemaVersion: '0', baseDomain: 'localhost' };
  const manager = new TenantPoolManager(options, {
    ...TENANCY_LIMIT_DEFAULTS,
    maxCachedTenants: OURS + 1,
    poolIdleMs: 20,
    serverConnectionBudget: 20,
  });
  const use = async (id) => {
    const lease = await manager.lease({ id, revision: '1', database, host: DATABASE.host, port: DATABASE.port });
    await lease.dataSource.query('SELECT COUNT(*) FROM ledgers');
    lease.release();
  };
  await use('first');
  const before = await settledHeap();
  for (let index = 0; index < OURS; index += 1) await use(`tenant ${index}`);
  const ours = ((await settledHeap()) - before) / OURS / 1024;
  manager.onModuleDestroy();

  const reference = (await plainHeapBytes(platform)) / 1024;
  const ratio = ours / reference;
  return [
    {
      name: 'heap per idle cached tenant',
      ours,
      reference,
      ratio,
      goal: '<= 0.025',
      met: ratio <= GOAL,
      runs: 1,
      unit: 'KB',
    },
  ];
}

let plainBytes;

/** Heap of a plain DataSource that made one query; measured once per run. */
export async function plainHeapBytes(platform) {
  plainBytes ??= await measurePlain(platform);
  return plainBytes;
}

async function measurePlain(platform) {
  const { db_name: database } = await platform.givenTenant();
  const before = await settledHeap();
  const plain = [];
  for (let index = 0; index < PLAIN; index += 1) {
    const source = new DataSource({
      type: 'mysql',
      ...DATABASE,
      username: DATABASE.user,
      database,
      entities: tenantSchema.entities,
      poolSize: 5,
    });
    await source.initialize();
    await source.query('SELECT COUNT(*) FROM ledgers');
    plain.push(source);
  }
  const bytes = ((await settledHeap()) - before) / PLAIN;
  for (const source of plain) await source.destroy();
  return bytes;
}

async function settledHeap() {
  globalThis.gc ??=
    (await import('node:v8')).setFlagsFromString('--expose-gc') ?? (await import('node:vm')).runInNewContext('gc');

  await new Promise((resolve) => setTimeout(resolve, 1_500));
  for (let time = 0; time < 4; time += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}
