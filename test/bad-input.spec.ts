import { createHmac } from 'node:crypto';
import { type CallOptions, call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';

/** What strangers and broken clients send: each gets its status and its code, and nothing is changed. */
describe('bad input', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let other: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform();
    [acme, other] = [await platform.givenTenant(), await platform.givenTenant()];
  });

  const census = async () => ({
    tenants: await platform.sql('SELECT id, subdomain, status FROM tenant_master ORDER BY id'),
    operations: await platform.sql('SELECT id FROM tenant_operations ORDER BY id'),
    ledgers: await platform.sql('SELECT id, name FROM ledgers ORDER BY id', [], acme.dbName),
    vouchers: await platform.sql('SELECT id, status FROM vouchers ORDER BY id', [], acme.dbName),
  });

  const GOOD = {
    company_name: 'X',
    subdomain: 'fine',
    email: 'x@example.com',
    phone: '1234567890',
    subscription_plan: 'standard',
  };

  it.each([
    ['reserved', 'www'],
    ['reserved', 'api'],
    ['reserved', 'admin'],
    ['reserved', 'app'],
    ['reserved', 'mail'],
    ['too long', 'a'.repeat(41)],
    ['too short', 'a'],
    ['upper case', 'Acme'],
    ['punycode', 'xn--bcher-kva'],
    ['a quote', "ac'me"],
    ['a semicolon', 'acme;drop'],
    ['a backtick', 'ac`me'],
    ['a dot', 'ac.me'],
    ['an underscore', 'ac_me'],
    ['a space', 'ac me'],
    ['a hyphen at the end', 'acme-'],
    ['two hyphens', 'ac--me'],
    ['a digit first', '1acme'],
    ['letters of another alphabet', 'аcme'],
    ['a number', 42],
    ['an object', { $ne: 1 }],
    ['null', null],
    ['empty', ''],
  ])('a subdomain that is %s (%j) is refused', async (_, subdomain) => {
    const before = await census();
    const answer = await platform.admin.post('/api/admin/tenants', { ...GOOD, subdomain });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, code: 'validation_failed', details: [{ field: 'subdomain' }] });
    expect(await census()).toEqual(before);
  });

  it.each([
    ['an unknown field', { ...GOOD, is_admin: true }, 'is_admin'],
    ['a missing name', { ...GOOD, company_name: undefined }, 'company_name'],
    ['an empty name', { ...GOOD, company_name: '  ' }, 'company_name'],
    ['a name that is too long', { ...GOOD, company_name: 'x'.repeat(201) }, 'company_name'],
    ['a bad e-mail', { ...GOOD, email: 'nobody' }, 'email'],
    ['a bad telephone number', { ...GOOD, phone: '<script>' }, 'phone'],
    ['an unknown plan', { ...GOOD, subscription_plan: 'gold' }, 'subscription_plan'],
    ['a short password', { ...GOOD, admin_password: 'short' }, 'admin_password'],
  ])('a tenant with %s is refused', async (_, body, field) => {
    const before = await census();
    const answer = await platform.admin.post('/api/admin/tenants', body);
    expect(answer).toMatchObject({ status: 400, body: { details: [{ field }] } });
    expect(await census()).toEqual(before);
  });

  it.each(['company_name', 'email', 'phone', 'subscription_plan'])(
    'a null %s in a change is refused',
    async (field) => {
      const before = await census();
      const answer = await platform.admin.put(`/api/admin/tenants/${acme.id}`, { [field]: null });
      expect(answer).toMatchObject({ status: 400, body: { details: [{ field }] } });
      expect(await census()).toEqual(before);
    },
  );

  it('a null admin_password is refused', async () => {
    const before = await census();
    const answer = await platform.admin.post('/api/admin/tenants', { ...GOOD, admin_password: null });
    expect(answer).toMatchObject({ status: 400, body: { details: [{ field: 'admin_password' }] } });
    expect(await census()).toEqual(before);
  });

  it('a subdomain that is taken is 409', async () => {
    const answer = await platform.admin.post('/api/admin/tenants', { ...GOOD, subdomain: acme.subdomain });
    expect(answer).toMatchObject({ status: 409, body: { code: 'subdomain_taken' } });
  });

  it.each<[string, number, string, CallOptions]>([
    ['a body of 10 MB', 413, 'body_too_large', { raw: JSON.stringify({ name: 'x'.repeat(10 * 1024 * 1024) }) }],
    ['broken JSON', 400, 'malformed_request', { raw: '{"name": ' }],
    [
      'broken UTF-8',
      400,
      'malformed_request',
      { raw: Buffer.from([0x7b, 0x22, 0x6e, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]) },
    ],
    [
      '__proto__',
      400,
      'malformed_request',
      { raw: '{"__proto__": {"x": 1}, "name": "x", "group": "Capital Account"}' },
    ],
    ['a list', 400, 'validation_failed', { raw: '[]' }],
    ['a number', 400, 'validation_failed', { raw: '7' }],
    ['no body', 400, 'validation_failed', {}],
    ['XML', 415, 'unsupported_media_type', { raw: '<a/>', headers: { 'content-type': 'application/xml' } }],
  ])('%s is %i %s', async (_, status, code, options) => {
    const before = await census();
    const answer = await call(platform.port, '/api/ledgers', { method: 'POST', token: acme.user.token, ...options });
    expect({ status: answer.status, code: answer.body?.code }).toEqual({ status, code });
    expect(answer.headers['x-request-id']).toBe(answer.body.request_id);
    expect(await census()).toEqual(before);
  });

  describe('tokens', () => {
    const sign = (header: object, payload: object, key: string) => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const input = `${part(header)}.${part(payload)}`;
      return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
    };
    const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
    const forged = () => payloadOf(acme.user.token);

    it.each<[string, number, () => string]>([
      ['of another key', 401, () => sign({ alg: 'HS256', typ: 'JWT' }, forged(), 'another key')],
      [
        'with alg none',
        401,
        () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${acme.user.token.split('.')[1]}.`,
      ],
      [
        'with a changed company',
        401,
        () =>
          acme.user.token.replace(
            /\.[^.]+\./,
            `.${Buffer.from(JSON.stringify({ ...forged(), tenant_id: other.id })).toString('base64url')}.`,
          ),
      ],
      ['that is no token', 401, () => 'nonsense'],
      ['with letters that no token has', 401, () => 'a b;c'],
      ['of the platform, without tenant_id', 403, () => platform.admin.token],
    ])('a token %s is %i on a company route', async (_, status, token) => {
      expect((await call(platform.port, '/api/ledgers', { token: token() })).status).toBe(status);
    });

    it('a company token opens no platform route', async () => {
      expect((await call(platform.port, '/api/admin/tenants', { token: acme.user.token })).status).toBe(403);
    });

    it('a token of company A on the host of company B is 403 tenant_mismatch, for reading and for writing', async () => {
      const host = `${other.subdomain}.localhost:${platform.port}`;
      for (const method of ['GET', 'POST'])
        expect(
          await call(platform.port, '/api/ledgers', {
            method,
            host,
            token: acme.user.token,
            ...(method === 'POST' && { json: { name: 'x', group: 'Capital Account' } }),
          }),
        ).toMatchObject({ status: 403, body: { code: 'tenant_mismatch' } });
    });

    it('a tenant_id in the body that is not the token’s company is 403', async () => {
      const answer = await acme.user.post('/api/ledgers', { name: 'x', group: 'Capital Account', tenant_id: other.id });
      expect(answer).toMatchObject({ status: 403, body: { code: 'tenant_mismatch' } });
    });
  });

  describe('host headers', () => {
    const login = (host: string) =>
      call(platform.port, '/api/auth/login', {
        method: 'POST',
        host,
        json: { email: acme.email, password: acme.password },
      });

    it.each<[string, (subdomain: string, port: number) => string]>([
      ['with the port', (subdomain, port) => `${subdomain}.localhost:${port}`],
      ['without a port', (subdomain) => `${subdomain}.localhost`],
      ['with a trailing dot', (subdomain) => `${subdomain}.localhost.`],
      ['with a trailing dot and a port', (subdomain, port) => `${subdomain}.localhost.:${port}`],
      ['in upper case', (subdomain) => `${subdomain.toUpperCase()}.LOCALHOST`],
    ])('%s names the company', async (_, host) => {
      expect((await login(host(acme.subdomain, platform.port))).status).toBe(200);
    });

    it.each<[string, number, string, (subdomain: string) => string]>([
      ['an unknown subdomain', 404, 'tenant_not_found', () => 'nobody.localhost'],
      ['several labels', 404, 'tenant_not_found', (subdomain) => `a.${subdomain}.localhost`],
      ['a quote in the label', 404, 'tenant_not_found', () => "a'b.localhost"],
      ['a reserved name', 400, 'tenant_required', () => 'www.localhost'],
      ['the bare host', 400, 'tenant_required', () => 'localhost'],
      ['an address', 400, 'tenant_required', () => '127.0.0.1'],
      ['a strange domain', 400, 'tenant_required', (subdomain) => `${subdomain}.example.com`],
      ['nothing', 400, 'tenant_required', () => ''],
    ])('%s is %i %s', async (_, status, code, host) => {
      const answer = await login(host(acme.subdomain));
      expect({ status: answer.status, code: answer.body?.code }).toEqual({ status, code });
    });

    it('X-Forwarded-Host of a stranger does not count', async () => {
      const answer = await call(platform.port, '/api/auth/login', {
        method: 'POST',
        host: 'localhost',
        headers: { 'x-forwarded-host': `${acme.subdomain}.localhost` },
        json: { email: acme.email, password: acme.password },
      });
      expect(answer).toMatchObject({ status: 400, body: { code: 'tenant_required' } });
    });
  });

  describe('amounts and dates', () => {
    const voucher = (debit: unknown, date: unknown = '2026-11-24') => ({
      voucher_type: 'Journal',
      date,
      entries: [
        { ledger: 'Cash', debit },
        { ledger: 'Profit & Loss A/c', credit: '1.00' },
      ],
    });

    it.each([
      '1e3',
      '1,234',
      'NaN',
      '1.005',
      '-1.00',
      '+1.00',
      ' 1.00',
      '1.',
      '.5',
      '0x10',
      '١٢',
      1,
      1.5,
      true,
      ['1.00'],
      '9'.repeat(16),
      '0.00',
      '',
    ])('the amount %j is 400 and names the field', async (amount) => {
      const answer = await acme.user.post('/api/vouchers', voucher(amount));
      expect(answer).toMatchObject({ status: 400, body: { details: [{ field: 'entries.0.debit' }] } });
    });

    it.each([
      '2026-04-31',
      '2026-02-29',
      '24-11-2026',
      '2026-11-24T00:00:00Z',
      '2026/11/24',
      20261124,
      null,
      '',
      '0000-01-01',
    ])('the date %j is 400 and names the field', async (date) => {
      const answer = await acme.user.post('/api/vouchers', voucher('1.00', date));
      expect(answer).toMatchObject({ status: 400, body: { details: [{ field: 'date' }] } });
    });

    it('100.004 against 100.001 is not accepted', async () => {
      const entries = [
        { ledger: 'Cash', debit: '100.004' },
        { ledger: 'Profit & Loss A/c', credit: '100.001' },
      ];
      expect((await acme.user.post('/api/vouchers', { ...voucher('1.00'), entries })).status).toBe(400);
    });

    it('debits and credits that differ by a paisa are 422 voucher_unbalanced', async () => {
      expect(await acme.user.post('/api/vouchers', voucher('1.01'))).toMatchObject({
        status: 422,
        body: { code: 'voucher_unbalanced' },
      });
    });
  });

  it('no answer shows a stack trace, SQL or a path', async () => {
    const answers = await Promise.all([
      acme.user.get("/api/ledgers/1'%20OR%201=1"),
      acme.user.get('/api/ledgers?sort=name;drop'),
      acme.user.get('/api/ledgers?limit=1000000'),
      acme.user.get('/api/ledgers?page=-1'),
      acme.user.get('/api/vouchers?ledger_id=abc'),
      acme.user.get('/api/reports/trial-balance?as_of=now'),
      acme.user.get(`/api/ledgers/${'9'.repeat(20)}`),
      acme.user.get('/api/ledgers/%00'),
      acme.user.get('/api/ledgers?search=%E0%A4%A'),
      call(platform.port, '/api/%zz'),
      call(platform.port, '/../../etc/passwd'),
      call(platform.port, '/admin/../../../etc/passwd'),
      acme.user.get(`/api/vouchers/${'x'.repeat(300)}`),
    ]);
    for (const { status, text } of answers) {
      expect([status, status < 500]).toEqual([status, true]);
      expect(text).not.toMatch(/node_modules|\.js:\d|SELECT |at [A-Z]\w+\.|\/work\//);
    }
  });
});
