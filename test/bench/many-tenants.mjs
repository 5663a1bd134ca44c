import { median } from './platform.mjs';

const TENANTS = 100_000;
const ROWS_AT_ONCE = 2_000;
const LIST_GOAL_MS = 20;
const SUSPENDED = 1_000;
const SUSPEND_GOAL_MS = 5_000;
const WORDS = 'Acme Retail Traders Steel Textiles Foods Motors Pharma Systems Exports Logistics Silk Spices Garden Mills Power Agro Chemicals Jewels Paper'.split(' '); // biome-ignore format: one line
const PLANS = ['trial', 'free', 'basic', 'standard', 'premium', 'enterprise'];
const STATUSES = ['active', 'active', 'active', 'active', 'active', 'suspended', 'archived', 'deleted'];

/** Everything that a person does with the list: orders, filters, near and far pages, searches that find one, many or none. */
const QUERIES = [
  '',
  'limit=500',
  'page=2',
  'page=900',
  'page=1740',
  'sort=company_name',
  'sort=-company_name&page=700',
  'sort=subdomain&page=30',
  'sort=-updated_at',
  'sort=storage_used_mb&page=1200',
  'sort=-storage_used_mb',
  'sort=status&page=400',
  'sort=subscription_plan',
  'status=suspended',
  'status=suspended&sort=company_name&page=100',
  'status=archived&plan=premium&sort=-storage_used_mb',
  'status=deleted',
  'plan=standard',
  'plan=enterprise&sort=subdomain&page=200',
  'search=silk777',
  'search=Silk 4',
  'search=admin@acme',
  'search=acme100.example',
  'search=ilk777', // begins no word: every company is read
  'search=acme9&sort=company_name',
  'search=traders 51&status=active',
  'search=mills12&plan=basic',
  'search=jewels&sort=-company_name',
  'search=power 1&page=3',
];

/** GET /api/admin/tenants over a hundred thousand of them: the time until the answer is there, one request at a time. */
export async function manyTenants(platform, { runs }) {
  const admin = await platform.connect('finvera_master');
  const [[server]] = await admin.query('SELECT id FROM database_servers LIMIT 1');
  const ids = await insertTenants(admin, server.id);
  await platform.send('GET', '/api/admin/tenants', platform.token);
  const times = [];
  for (let run = 0; run < runs; run += 1)
    for (const query of QUERIES) {
      const started = performance.now();
      await platform.send('GET', `/api/admin/tenants?${encodeURI(query)}`, platform.token);
      times.push(performance.now() - started);
    }
  times.sort((a, b) => a - b);
  const p95 = times[Math.ceil(times.length * 0.95) - 1];
  const results = [
    {
      name: `list, search, sort over ${TENANTS} companies, p95 (reference: p50)`,
      ours: p95,
      reference: median(times),
      ratio: p95 / median(times),
      goal: `<= ${LIST_GOAL_MS} ms`,
      met: p95 <= LIST_GOAL_MS,
      runs: times.length,
      unit: 'ms',
    },
  ];
  results.push(await suspend(platform, admin, runs));
  await removeTenants(admin, ids);
  await admin.end();
  return results;
}

/** One call suspends a thousand, until the answer is there; the reference writes the same rows in one statement. */
async function suspend(platform, admin, runs) {
  const pairs = [];
  for (let run = 0; run < runs; run += 1) {
    const [rows] = await admin.query(
      "SELECT id FROM tenant_master WHERE status = 'active' AND id LIKE 'bench%' LIMIT ?",
      [SUSPENDED],
    );
    const tenants = rows.map(({ id }) => id);
    let started = performance.now();
    const body = { tenants, reason: 'Non-payment', expected_count: SUSPENDED };
    const { result } = await platform.send('POST', '/api/admin/tenants/bulk/suspend', platform.token, body);
    const ours = performance.now() - started;
    if (result.changed.length !== SUSPENDED) throw new Error(`${result.changed.length} were suspended`);
    await admin.query("UPDATE tenant_master SET status = 'active' WHERE id IN (?)", [tenants]);
    started = performance.now();
    await admin.query("UPDATE tenant_master SET status = 'suspended', suspended_at = NOW(6) WHERE id IN (?)", [
      tenants,
    ]);
    pairs.push([ours, performance.now() - started]);
  }
  const ours = median(pairs.map(([time]) => time));
  return {
    name: `suspending ${SUSPENDED} companies of ${TENANTS}, against a bare UPDATE`,
    ours,
    reference: median(pairs.map(([, bare]) => bare)),
    ratio: median(pairs.map(([time, bare]) => time / bare)),
    goal: `<= ${SUSPEND_GOAL_MS} ms`,
    met: ours <= SUSPEND_GOAL_MS,
    runs,
    unit: 'ms',
  };
}

async function insertTenants(admin, serverId) {
  const ids = [];
  for (let first = 0; first < TENANTS; first += ROWS_AT_ONCE) {
    const rows = Array.from({ length: ROWS_AT_ONCE }, (_, offset) => rowOf(first + offset, serverId));
    ids.push(...rows.map(([id]) => id));
    await admin.query(
      `INSERT INTO tenant_master (id, company_name, subdomain, email, phone, subscription_plan, status, server_id, db_name,
         db_host, db_port, db_provisioned, storage_used_mb, storage_limit_mb, created_at) VALUES ?`,
      [rows],
    );
  }
  await admin.query('ANALYZE TABLE tenant_master, tenant_search');
  return ids;
}

function rowOf(index, serverId) {
  const word = WORDS[(index * 7919) % WORDS.length];
  const other = WORDS[(index * 104_729 + 3) % WORDS.length];
  const subdomain = `${word.toLowerCase()}${index}`;
  const id = `bench000-0000-7000-8000-${String((index * 48_271) % 2_147_483_647).padStart(12, '0')}`;
  return [id, `${word} ${other} ${index}`, subdomain, `admin@${subdomain}.example.com`, '1234567890',
    PLANS[(index * 31) % PLANS.length], STATUSES[(index * 17) % STATUSES.length], serverId, `finvera_${subdomain}_1702459200000`,
    '127.0.0.1', 3306, 1, ((index * 37) % 1000) + 0.5, 1024, new Date(1_700_000_000_000 + index * 1000),
  ]; // biome-ignore format: one row
}

async function removeTenants(admin, ids) {
  for (let first = 0; first < ids.length; first += ROWS_AT_ONCE)
    await admin.query('DELETE FROM tenant_master WHERE id IN (?)', [ids.slice(first, first + ROWS_AT_ONCE)]);
}
