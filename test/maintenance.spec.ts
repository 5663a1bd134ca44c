import { type Answer, Caller, call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const MESSAGE = 'Your books are being moved; they are back at six.';
const SEEN_MS = 1_000;

describe('maintenance mode of a company', () => {
  let platform: Platform;
  let acme: GivenTenant;
  const colleague = { email: 'colleague@acme.example.com', password: 'a colleague’s password' };

  beforeAll(async () => {
    platform = await givenPlatform({ apis: 2 });
    acme = await platform.givenTenant();
    await acme.user.post('/api/users', { ...colleague, name: 'Colleague', role: 'accountant' });
  });

  afterEach(async () => {
    await platform.admin.delete(path());
  });

  const path = () => `/api/admin/tenants/${acme.id}/maintenance`;
  const begin = (body: object) => platform.admin.put(path(), { message: MESSAGE, ...body });
  const on = (api: number) => new Caller(platform.ports[api]!, acme.user.token);
  const signIn = ({ email, password }: { email: string; password: string }) =>
    call(platform.port, '/api/auth/login', { method: 'POST', json: { subdomain: acme.subdomain, email, password } });
  const everywhere = async (status: number): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (const api of [0, 1])
      answers.push(
        await until(
          async () => {
            const answer = await on(api).get('/api/ledgers');
            return answer.status === status && answer;
          },
          `process ${api} answers ${status}`,
          SEEN_MS,
        ),
      );
    return answers;
  };

  it('closes the company on every process within a second, with its message; ending it opens it again', async () => {
    const { status, body } = await begin({ retry_after_seconds: 120 });
    expect(status).toBe(200);
    expect(body.data.tenant).toMatchObject({
      status: 'active',
      maintenance: { message: MESSAGE, retry_after_seconds: 120, ends_at: null, allowed_emails: [] },
    });
    for (const answer of await everywhere(503)) {
      expect(answer.body).toMatchObject({ success: false, code: 'tenant_maintenance', error: MESSAGE });
      expect(answer.headers['retry-after']).toBe('120');
    }
    expect(await signIn(acme)).toMatchObject({ status: 503, body: { code: 'tenant_maintenance' } });
    expect((await acme.user.post('/api/ledgers', { name: 'Not now', group: 'Capital Account' })).status).toBe(503);

    const read = await platform.admin.get(`/api/admin/tenants/${acme.id}`);
    expect(read.body.data.tenant.maintenance.message).toBe(MESSAGE);

    const ended = await platform.admin.delete(path());
    expect([ended.status, ended.body.data.tenant.maintenance]).toEqual([200, null]);
    await everywhere(200);
    expect((await platform.admin.delete(path())).status).toBe(200);

    const { body: log } = await platform.admin.get(`/api/admin/audit-log?tenant_id=${acme.id}`);
    const entries = log.data.entries.filter(({ action }: { action: string }) => action.includes('maintenance'));
    expect(entries).toMatchObject([
      { action: 'tenant.maintenance_ended', before_state: { maintenance: { message: MESSAGE } } },
      { action: 'tenant.maintenance_set', before_state: { maintenance: null }, actor_name: 'admin@finvera.test' },
    ]);
  });

  it('lets in who is on the list, also to sign in, and admins who name the company', async () => {
    await begin({ allowed_emails: [acme.email.toUpperCase()] });
    await everywhere(200);
    expect((await signIn(acme)).status).toBe(200);
    expect((await signIn({ ...acme, password: 'a wrong password' })).status).toBe(401);
    expect((await signIn(colleague)).status).toBe(503);
    await begin({});
    await everywhere(503);
    expect((await platform.admin.get(`/api/ledgers?tenant_id=${acme.id}`)).status).toBe(200);
    expect((await signIn(acme)).status).toBe(503);
  });

  it('lets in clients by address and network', async () => {
    await begin({ allowed_addresses: ['203.0.113.7', '127.0.0.0/8'] });
    await everywhere(200);
    expect((await signIn(colleague)).status).toBe(200);
    await begin({ allowed_addresses: ['203.0.113.7', '10.0.0.0/8', '2001:db8::/32'] });
    await everywhere(503);
  });

  it('ends by itself at its time, and asks nobody to wait longer', async () => {
    const ends = new Date(Date.now() + 2_500);
    await begin({ retry_after_seconds: 600, ends_at: ends.toISOString() });
    const [refused] = await everywhere(503);
    expect(Number(refused!.headers['retry-after'])).toBeLessThanOrEqual(3);
    await new Promise((resolve) => setTimeout(resolve, ends.getTime() - Date.now() + 50));
    await everywhere(200);
    const { body } = await platform.admin.get(`/api/admin/tenants/${acme.id}`);
    expect(body.data.tenant.maintenance).toBeNull();
  });

  it('whose request is running finishes', async () => {
    const running = acme.user.post('/api/vouchers/bulk', {
      vouchers: Array.from({ length: 500 }, (_, index) => ({
        voucher_type: 'Journal',
        date: '2026-11-24',
        entries: [
          { ledger: 'Cash', debit: `${index + 1}.00` },
          { ledger: 'Profit & Loss A/c', credit: `${index + 1}.00` },
        ],
      })),
    });
    await until(async () => {
      const { body } = await platform.admin.get('/api/admin/connections');
      return body.data.tenants.some(
        (one: { tenant_id: string; leased: number }) => one.tenant_id === acme.id && one.leased > 0,
      );
    }, 'the request is running');
    await begin({});
    await everywhere(503);
    expect((await running).status).toBe(201);
  });

  it('says what is wrong with a wish, and changes nothing', async () => {
    for (const [body, field] of [
      [{ message: ' ' }, 'message'],
      [{ retry_after_seconds: 0 }, 'retry_after_seconds'],
      [{ ends_at: '2020-01-01T00:00:00Z' }, 'ends_at'],
      [{ ends_at: '2031-01-01T00:00' }, 'ends_at'],
      [{ allowed_emails: ['nobody'] }, 'allowed_emails'],
      [{ allowed_emails: null }, 'allowed_emails'],
      [{ allowed_addresses: ['10.0.0.0/33'] }, 'allowed_addresses'],
      [{ allowed_addresses: ['localhost'] }, 'allowed_addresses'],
    ] as const) {
      const refused = await begin(body);
      expect([body, refused.status, refused.body.details?.[0].field]).toEqual([body, 400, field]);
    }
    const { body } = await platform.admin.get(`/api/admin/tenants/${acme.id}`);
    expect(body.data.tenant.maintenance).toBeNull();
    expect((await platform.admin.put('/api/admin/tenants/nobody/maintenance', { message: 'x' })).status).toBe(404);
  });

  it('finvera tenants maintenance shows, begins and ends it', async () => {
    const finvera = (...args: string[]) => platform.cli('tenants', 'maintenance', acme.subdomain, ...args);
    const begun = await finvera('--message', MESSAGE, '--allow-emails', `x@y.example,${acme.email}`, '--json');
    expect(JSON.parse(begun)[0].maintenance).toMatchObject({
      message: MESSAGE,
      allowed_emails: ['x@y.example', acme.email],
    });
    await everywhere(200);
    expect((await signIn(colleague)).status).toBe(503);
    await expect(finvera('--retry-after', '5')).rejects.toThrow(/message must/);
    expect(await finvera('--off')).toMatch(/off/);
    expect((await signIn(colleague)).status).toBe(200);
  });
});
