import fc from 'fast-check';
import { givenPlatform, type Platform } from './support/platform.js';

const WORDS = ['Acme', 'Steel', 'Silk', 'Café', 'Mills', 'North'];
const PLANS = ['basic', 'standard', 'premium'];
const STATUSES = ['active', 'suspended', 'archived', 'deleted'];
const COUNT = 180;
const FIELDS = [
  'company_name',
  'subdomain',
  'created_at',
  'updated_at',
  'status',
  'subscription_plan',
  'storage_used_mb',
];

interface Row {
  id: string;
  company_name: string;
  subdomain: string;
  email: string;
  subscription_plan: string;
  status: string;
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const inside = (row: Row, text: string) =>
  [row.company_name, row.subdomain, row.email].some((field) => plain(field).includes(plain(text)));
const begins = (row: Row, text: string) => {
  const whole = plain([row.company_name, row.subdomain, row.email].join('\n'));
  return [...whole.matchAll(/[\p{L}\p{N}]+/gu)].some(({ index }) => whole.startsWith(plain(text), index));
};

describe('lists of many companies', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await givenPlatform({ worker: false });
    const [server] = await platform.sql<{ id: string }>('SELECT id FROM database_servers');
    const rows = Array.from({ length: COUNT }, (_, index) => {
      const word = WORDS[index % WORDS.length]!;
      const subdomain = `${plain(word)}-${index}`;
      return [
        `00000000-0000-7000-8000-${String((index * 7919) % 1_000_003).padStart(12, '0')}`,
        `${word} & ${WORDS[(index * 5 + 1) % WORDS.length]} (${index % 50})`,
        subdomain,
        `Owner${index % 9}@${subdomain}.example.com`,
        PLANS[(index * 7) % PLANS.length],
        STATUSES[(index * 11) % STATUSES.length],
        (index * 37) % 100,
        `2026-01-01 00:00:${String(Math.floor(index / 3)).padStart(2, '0')}`,
        '123',
        server!.id,
        `finvera_${plain(word)}_${index}`,
        'h',
        3306,
        1024,
      ];
    });
    await platform.sql(
      `INSERT INTO tenant_master (id, company_name, subdomain, email, subscription_plan, status, storage_used_mb, created_at,
         phone, server_id, db_name, db_host, db_port, storage_limit_mb) VALUES ?`,
      [rows],
    );
  });

  it('any page of any order, filter and search has what a look at every row would give', async () => {
    const query = fc.record({
      field: fc.constantFrom(...FIELDS),
      descending: fc.boolean(),
      status: fc.option(fc.constantFrom(...STATUSES), { nil: undefined }),
      plan: fc.option(fc.constantFrom(...PLANS), { nil: undefined }),
      search: fc.option(
        fc.constantFrom('silk', 'Café', 'cafe', 'ilk', 'owner3', 'north (4', 'mills & ', '7', 'example.com', '%', 'zzz', 'acme-1'),
        { nil: undefined },
      ), // biome-ignore format: one line
      page: fc.integer({ min: 1, max: 12 }),
      limit: fc.integer({ min: 1, max: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(query, async ({ field, descending, status, plan, search, page, limit }) => {
        const direction = descending ? 'DESC' : 'ASC';
        const all = await platform.sql<Row>(
          `SELECT id, company_name, subdomain, email, subscription_plan, status FROM tenant_master ORDER BY ${field} ${direction}, id ${direction}`,
        );
        const living = all.filter((row) => row.status !== 'deleted');
        const byWord = search !== undefined && status !== 'deleted' && living.some((row) => begins(row, search));
        const wanted = all.filter(
          (row) =>
            (status ? row.status === status : row.status !== 'deleted') &&
            (!plan || row.subscription_plan === plan) &&
            (search === undefined || (byWord ? begins(row, search) : inside(row, search))),
        );
        const parameters = new URLSearchParams({
          page: String(page),
          limit: String(limit),
          sort: `${descending ? '-' : ''}${field}`,
          ...(status && { status }),
          ...(plan && { plan }),
          ...(search && { search }),
        });
        const { body } = await platform.admin.get(`/api/admin/tenants?${parameters}`);
        expect(body.meta).toEqual({ page, limit, total: wanted.length });
        expect(body.data.tenants.map(({ id }: Row) => id)).toEqual(
          wanted.slice((page - 1) * limit, page * limit).map(({ id }) => id),
        );
      }),
      { numRuns: 120 },
    );
  });

  it('what triggers keep beside the rows is as a count of the rows says, whatever was changed', async () => {
    await platform.sql(
      "UPDATE tenant_master SET company_name = 'Renamed Works', subscription_plan = 'trial' WHERE subdomain = 'silk-2'",
    );
    await platform.sql("UPDATE tenant_master SET status = 'deleted' WHERE subdomain LIKE 'north-1%'");
    await platform.sql("UPDATE tenant_master SET status = 'active' WHERE subdomain LIKE 'steel-%'");
    await platform.sql("DELETE FROM tenant_master WHERE subdomain LIKE 'mills-%'");
    const kept = await platform.sql(
      'SELECT server_id, subscription_plan, status, tenants FROM tenant_counts WHERE tenants <> 0 ORDER BY 1, 2, 3',
    );
    const counted = await platform.sql<{ tenants: string }>(
      'SELECT server_id, subscription_plan, CONCAT(status) AS status, COUNT(*) AS tenants FROM tenant_master GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
    );
    expect(kept).toEqual(counted.map((row) => ({ ...row, tenants: Number(row.tenants) })));
    const names = async (search: string) =>
      (await platform.admin.get(`/api/admin/tenants?search=${search}`)).body.data.tenants.map(
        (tenant: Row) => tenant.subdomain,
      );
    expect(await names('renamed')).toEqual(['silk-2']);
    expect(await names('mills-')).toEqual([]);
    const stray = await platform.sql(
      "SELECT tenant_id FROM tenant_search WHERE tenant_id NOT IN (SELECT id FROM tenant_master WHERE status <> 'deleted')",
    );
    expect(stray).toEqual([]);
  });

  it('a list reads its index alone, in order, and no row of another page', async () => {
    const [plan] = await platform.sql<{ key: string; Extra: string }>(
      "EXPLAIN FORMAT=TRADITIONAL SELECT t.id FROM tenant_master t FORCE INDEX (tenant_master_by_company) WHERE t.status <> 'deleted' ORDER BY t.company_name DESC, t.id DESC LIMIT 50 OFFSET 100",
    );
    expect(plan!.key).toBe('tenant_master_by_company');
    expect(plan!.Extra).toMatch(/Using index/);
    expect(plan!.Extra).not.toMatch(/filesort|temporary/);
  });
});
