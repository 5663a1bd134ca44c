import { Redis } from 'ioredis';
import { type Answer, call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

/** Which company a request names, four ways at once; and what it is told. */
interface Case {
  host?: string;
  token?: string;
  query?: string;
  expect: string;
}

const ANYTHING = '/api/ledgers';

describe('whom a request names', () => {
  let platform: Platform;
  let a: GivenTenant;
  let b: GivenTenant;
  let tokens: Record<string, string | undefined>;

  const outcome = ({ status, body }: Answer) => (status === 200 ? '200' : `${status} ${body?.code}`);
  const ask = async ({ host, token, query }: Case) =>
    outcome(
      await call(platform.port, `${ANYTHING}${query ? `?tenant_id=${query}` : ''}`, {
        host,
        token: token && tokens[token],
      }),
    );

  beforeAll(async () => {
    platform = await givenPlatform({ env: { TOKEN_LIFETIME_SECONDS: '3600' } });
    [a, b] = [await platform.givenTenant(), await platform.givenTenant()];
    const [header, claims] = a.user.token.split('.') as [string, string];
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    tokens = {
      a: a.user.token,
      b: b.user.token,
      admin: platform.admin.token,
      unsigned: `${unsigned}.${claims}.`,
      forged: `${header}.${claims}.${'A'.repeat(43)}`,
      rubbish: 'no token at all',
    };
  });

  it('by host, token and tenant_id together: they agree, or nobody is let in', async () => {
    const [A, B, bare] = [`${a.subdomain}.localhost`, `${b.subdomain}.localhost`, 'localhost'];
    const cases: Case[] = [
      // a user of A
      { host: A, token: 'a', expect: '200' },
      { host: bare, token: 'a', expect: '200' },
      { host: '127.0.0.1', token: 'a', expect: '200' },
      { host: B, token: 'a', expect: '403 tenant_mismatch' },
      { host: 'nobody.localhost', token: 'a', expect: '404 tenant_not_found' },
      { host: A, token: 'a', query: a.id, expect: '200' },
      { host: A, token: 'a', query: b.id, expect: '403 tenant_mismatch' },
      { host: bare, token: 'a', query: b.id, expect: '403 tenant_mismatch' },
      { host: B, token: 'a', query: b.id, expect: '403 tenant_mismatch' },
      { host: bare, token: 'a', query: 'rubbish', expect: '403 tenant_mismatch' },
      // a platform admin, who must say whom
      { host: bare, token: 'admin', query: a.id, expect: '200' },
      { host: A, token: 'admin', query: a.id, expect: '200' },
      { host: A, token: 'admin', query: b.id, expect: '403 tenant_mismatch' },
      { host: A, token: 'admin', expect: '403 forbidden' },
      { host: bare, token: 'admin', expect: '403 forbidden' },
      { host: bare, token: 'admin', query: '00000000-0000-7000-8000-000000000000', expect: '404 tenant_not_found' },
      { host: bare, token: 'admin', query: '%27%20or%201=1', expect: '400 validation_failed' },
      // nobody
      { host: A, expect: '401 unauthenticated' },
      { host: bare, expect: '401 unauthenticated' },
      { host: A, query: a.id, expect: '401 unauthenticated' },
      { host: 'nobody.localhost', expect: '404 tenant_not_found' },
      // tokens that are none
      { host: A, token: 'unsigned', expect: '401 token_invalid' },
      { host: A, token: 'forged', expect: '401 token_invalid' },
      { host: A, token: 'rubbish', expect: '401 token_invalid' },
    ];
    const told = [];
    for (const one of cases) told.push({ ...one, expect: await ask(one) });
    expect(told).toEqual(cases);
  });

  it('by hosts however they are written', async () => {
    const A = a.subdomain;
    const hosts: Record<string, string> = {
      [`${A}.localhost:3000`]: '200',
      [`${A}.localhost.`]: '200',
      [`${A.toUpperCase()}.LocalHost`]: '200',
      '[::1]:3000': '200', // names nobody: the token does
      '127.0.0.1:3000': '200',
      'elsewhere.example.com': '200',
      [`x.${A}.localhost`]: '404 tenant_not_found',
      [`${A}-.localhost`]: '404 tenant_not_found',
      'xn--mnchen-3ya.localhost': '404 tenant_not_found',
      [`${b.subdomain}.localhost`]: '403 tenant_mismatch',
    };
    const told: Record<string, string> = {};
    for (const host of Object.keys(hosts)) told[host] = await ask({ host, token: 'a', expect: '' });
    expect(told).toEqual(hosts);
  });

  it('by subdomain in the body of a sign-in, which must agree with the host', async () => {
    const signIn = async (host: string, subdomain?: unknown) =>
      outcome(
        await call(platform.port, '/api/auth/login', {
          method: 'POST',
          host,
          json: { email: a.email, password: a.password, subdomain },
        }),
      );
    const told = {
      'bare host, no subdomain': await signIn('localhost'),
      'bare host, subdomain': await signIn('localhost', a.subdomain),
      'its host': await signIn(`${a.subdomain}.localhost`),
      'its host, its subdomain': await signIn(`${a.subdomain}.localhost`, a.subdomain),
      'its host, another subdomain': await signIn(`${a.subdomain}.localhost`, b.subdomain),
      'a subdomain of nobody': await signIn('localhost', 'nobody'),
      'not a subdomain': await signIn('localhost', '../etc'),
      'not a text': await signIn('localhost', { $ne: '' }),
    };
    expect(told).toEqual({
      'bare host, no subdomain': '400 tenant_required',
      'bare host, subdomain': '200',
      'its host': '200',
      'its host, its subdomain': '200',
      'its host, another subdomain': '403 tenant_mismatch',
      'a subdomain of nobody': '404 tenant_not_found',
      'not a subdomain': '404 tenant_not_found',
      'not a text': '400 validation_failed',
    });
  });

  it('and in which state the company is', async () => {
    const states: [string, string][] = [
      ["status = 'suspended'", '403 tenant_suspended'],
      ["status = 'archived'", '403 tenant_archived'],
      ["status = 'deleting'", '403 tenant_deleted'],
      ["status = 'migrating'", '503 tenant_migrating'],
      ["status = 'restoring'", '503 tenant_restoring'],
      ["status = 'provisioning'", '503 tenant_not_provisioned'],
      ["status = 'failed'", '503 tenant_not_provisioned'],
      ['db_provisioned = 0', '503 tenant_not_provisioned'],
      ["schema_version = '1'", '503 tenant_migrating'],
      ['schema_version = NULL', '503 tenant_migrating'],
      ['status = status', '200'],
    ];
    const told: [string, string][] = [];
    const redis = new Redis(platform.env.REDIS_URL!);
    // as whoever changes a company does; the answer that follows is asked for when it has arrived
    const announce = async () => {
      await redis.publish(`${platform.env.MASTER_DB_NAME}:tenant-changed`, a.id);
      await new Promise((resolve) => setTimeout(resolve, 200));
    };
    const [before] = await platform.sql<{ status: string; db_provisioned: number; schema_version: string }>(
      'SELECT status, db_provisioned, schema_version FROM tenant_master WHERE id = ?',
      [a.id],
    );
    for (const [change] of states) {
      await platform.sql(`UPDATE tenant_master SET ${change} WHERE id = ?`, [a.id]);
      await announce();
      told.push([change, await ask({ host: `${a.subdomain}.localhost`, token: 'a', expect: '' })]);
      await platform.sql('UPDATE tenant_master SET ? WHERE id = ?', [before, a.id]);
    }
    await announce();
    await redis.quit();
    expect(told).toEqual(states);
  });

  it('a subdomain that a new company took opens nothing to the tokens of the former one', async () => {
    const old = await platform.givenTenant();
    const typed = { confirm: 'DELETE', company_name: `Company ${old.subdomain}` };
    const { body } = await platform.admin.delete(`/api/admin/tenants/${old.id}?purge=true`, typed);
    const purge = `/api/admin/operations/${body.data.operation.id}`;
    const purged = async () => (await platform.admin.get(purge)).body.data.operation.status === 'succeeded';
    await until(purged, 'the company purged', 30_000);
    const host = `${old.subdomain}.localhost`;
    expect(outcome(await call(platform.port, ANYTHING, { host, token: old.user.token }))).toBe('404 tenant_not_found');
    const heir = await platform.givenTenant(old.subdomain);
    expect(outcome(await call(platform.port, ANYTHING, { host, token: heir.user.token }))).toBe('200');
    // the name is the heir's, the token the former company's
    expect(outcome(await call(platform.port, ANYTHING, { host, token: old.user.token }))).toBe('403 tenant_mismatch');
    expect(outcome(await call(platform.port, ANYTHING, { token: old.user.token }))).toBe('403 tenant_deleted');
  });

  it('a token of A on the host of B opens not one of the company’s routes', async () => {
    const spec = (await call(platform.port, '/api/docs-json')).body;
    const entries = (await platform.sql('SELECT COUNT(*) AS n FROM edit_log', [], b.dbName))[0];
    const opened: string[] = [];
    let walked = 0;
    for (const [path, operations] of Object.entries<Record<string, { 'x-access'?: { kind: string } }>>(spec.paths))
      for (const [method, { 'x-access': access }] of Object.entries(operations)) {
        if (access?.kind !== 'company') continue;
        walked += 1;
        const answer = await call(platform.port, path.replace(/\{\w+\}/g, '1'), {
          method: method.toUpperCase(),
          host: `${b.subdomain}.localhost`,
          token: tokens.a,
          json: method === 'get' ? undefined : {},
        });
        if (outcome(answer) !== '403 tenant_mismatch') opened.push(`${method} ${path}: ${outcome(answer)}`);
      }
    expect(opened).toEqual([]);
    expect(walked).toBeGreaterThan(30);
    expect((await platform.sql('SELECT COUNT(*) AS n FROM edit_log', [], b.dbName))[0]).toEqual(entries);
  });
});
