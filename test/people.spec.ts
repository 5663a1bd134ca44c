import { generate } from 'otplib';
import { call } from './support/http.js';
import { MailServer } from './support/mail-server.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const PASSWORD = 'a password of somebody';
/** Every process believes what it read of a session for five seconds; the rest is for a busy machine. */
const WITHIN_MS = 20_000;

describe('People of a company', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let mails: MailServer;

  beforeAll(async () => {
    mails = await MailServer.start();
    platform = await givenPlatform({ apis: 2, worker: false, env: mails.env });
    acme = await platform.givenTenant();
  });
  afterAll(async () => {
    await platform?.stop();
    await mails?.stop();
  });

  const as = (token: string | undefined, method: string, path: string, json?: object, port = platform.port) =>
    call(port, path, { method, token, json, host: `${acme.subdomain}.localhost` });
  const signIn = async (email: string, more: object = {}) =>
    as(undefined, 'POST', '/api/auth/login', { email, password: PASSWORD, ...more });
  const tokenOf = async (email: string): Promise<string> => (await signIn(email)).body.data.token;
  async function givenUser(name: string, role = 'accountant'): Promise<{ id: string; email: string }> {
    const email = `${name}@acme.example`;
    const { status, body } = await acme.user.post('/api/users', { email, name, role, password: PASSWORD });
    expect(status).toBe(201);
    return { id: body.data.user.id, email };
  }
  const endsEverywhere = async (token: string) => {
    for (const port of platform.ports)
      await until(
        async () => (await as(token, 'GET', '/api/auth/me', undefined, port)).status === 401,
        'ended',
        WITHIN_MS,
      );
  };
  const logOf = async (id: string): Promise<string[]> =>
    (await acme.user.get(`/api/edit-log?object_id=${id}`)).body.data.entries.map(
      ({ action }: { action: string }) => action,
    );

  it('see their sessions, and end them on every process', async () => {
    const { id, email } = await givenUser('ravi');
    const [one, two, three] = [await tokenOf(email), await tokenOf(email), await tokenOf(email)];
    for (const port of platform.ports)
      for (const token of [one, two, three])
        expect(await as(token, 'GET', '/api/auth/me', undefined, port)).toMatchObject({
          status: 200,
          body: { data: { user: { email, name: 'ravi' } } },
        });
    const listed = await as(one, 'GET', '/api/auth/sessions?limit=2');
    expect(listed.body).toMatchObject({ meta: { page: 1, limit: 2, total: 3 } });
    expect(await as(one, 'POST', '/api/auth/logout', {})).toMatchObject({ status: 200 });
    expect(await as(one, 'GET', '/api/auth/me')).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
    expect(await as(two, 'POST', '/api/auth/sessions/end-others', {})).toMatchObject({ body: { data: { ended: 1 } } });
    await endsEverywhere(three);
    const own = (await as(two, 'GET', '/api/auth/sessions')).body.data.sessions;
    expect(own).toMatchObject([{ is_current: true, address: '127.0.0.1' }]);
    expect(await as(two, 'DELETE', '/api/auth/sessions/1')).toMatchObject({ body: { code: 'session_not_found' } });

    expect((await acme.user.get(`/api/users/${id}/sessions`)).body.data.sessions).toMatchObject([{ id: own[0].id }]);
    expect((await as(two, 'DELETE', `/api/users/${id}/sessions`)).status).toBe(403);
    expect(await acme.user.delete(`/api/users/${id}/sessions/${own[0].id}`)).toMatchObject({
      body: { data: { ended: 1 } },
    });
    await endsEverywhere(two);
    expect(await acme.user.delete(`/api/users/${id}/sessions`)).toMatchObject({ body: { data: { ended: 0 } } });
    expect(await logOf(id)).toEqual(['sessions_ended', 'sessions_ended', 'created']);
  });

  it('are invited by mail, and set a forgotten password by mail', async () => {
    const invited = await acme.user.post('/api/invitations', { email: 'asha@acme.example', role: 'viewer' });
    expect(invited).toMatchObject({ status: 201, body: { data: { mail: { sent: true, via: 'smtp' } } } });
    const token = await mails.tokenFor(
      'asha@acme.example',
      `http://${acme.subdomain}.pages.example/accept-invitation#`,
    );
    const accept = { token, name: 'Asha', password: PASSWORD };
    expect(await as(undefined, 'POST', '/api/auth/accept-invitation', { ...accept, password: 'short' })).toMatchObject({
      status: 400,
    });
    const accepted = await as(undefined, 'POST', '/api/auth/accept-invitation', accept);
    expect(accepted).toMatchObject({ status: 201, body: { data: { user: { name: 'Asha', role: 'viewer' } } } });
    const session = await tokenOf('asha@acme.example');
    expect((await as(session, 'POST', '/api/invitations', { email: 'x@acme.example', role: 'viewer' })).status).toBe(
      403,
    );

    mails.forget();
    const asked = await as(undefined, 'POST', '/api/auth/forgot-password', { email: 'asha@acme.example' });
    const nobody = await as(undefined, 'POST', '/api/auth/forgot-password', { email: 'nobody@acme.example' });
    expect([asked.status, asked.body]).toEqual([202, { success: true, data: {} }]);
    expect([nobody.status, nobody.body]).toEqual([202, { success: true, data: {} }]);
    const link = await mails.tokenFor('asha@acme.example', `http://${acme.subdomain}.pages.example/reset-password#`);
    const reset = { token: link, new_password: 'a new password' };
    expect((await as(undefined, 'POST', '/api/auth/reset-password', reset)).status).toBe(200);
    expect(await as(undefined, 'POST', '/api/auth/reset-password', reset)).toMatchObject({
      status: 401,
      body: { code: 'reset_token_invalid' },
    });
    await endsEverywhere(session);
    expect((await signIn('asha@acme.example')).status).toBe(401);
    expect((await signIn('asha@acme.example', { password: reset.new_password })).status).toBe(200);
  });

  it('whose mail does not leave are still invited, and told so', async () => {
    mails.refuse = true;
    const { status, body } = await acme.user.post('/api/invitations', { email: 'late@acme.example', role: 'viewer' });
    mails.refuse = false;
    expect({ status, mail: body.data.mail.sent, mailed: body.data.invitation.mailed_at }).toEqual({
      status: 201,
      mail: false,
      mailed: null,
    });
    const again = await acme.user.post(`/api/invitations/${body.data.invitation.id}/resend`);
    expect(again.body.data).toMatchObject({ mail: { sent: true }, invitation: { mailed_at: expect.any(String) } });
    expect(await acme.user.delete(`/api/invitations/${body.data.invitation.id}`)).toMatchObject({
      body: { data: { invitation: { status: 'revoked' } } },
    });
  });

  it('have a second factor, which the company may ask everybody for, on every process', async () => {
    const { id, email } = await givenUser('totp');
    const token = await tokenOf(email);
    const later = () => platform.sql('UPDATE user_totp SET last_step = 0', [], acme.dbName);
    expect((await as(token, 'GET', '/api/ledgers')).status).toBe(200);
    const security = await acme.user.get('/api/settings/security');
    const asked = await acme.user.put(
      '/api/settings/security',
      { totp_required: true },
      {
        headers: { 'if-match': security.headers.etag as string },
      },
    );
    expect(asked).toMatchObject({ status: 200, body: { data: { security: { totp_required: true } } } });
    for (const port of platform.ports)
      await until(
        async () => (await as(token, 'GET', '/api/ledgers', undefined, port)).body.code === 'totp_enrolment_required',
        'asked for',
        WITHIN_MS,
      );
    expect((await signIn(email)).body.data.user).toMatchObject({ totp_enrolment_required: true });

    const enrolled = await as(token, 'POST', '/api/auth/totp/enrol', { current_password: PASSWORD });
    const { secret, otpauth_url } = enrolled.body.data.totp;
    expect(otpauth_url).toContain(`secret=${secret}`);
    expect(await as(token, 'POST', '/api/auth/totp/confirm', { totp: 'x' })).toMatchObject({ status: 400 });
    const totp = await generate({ secret });
    const confirmed = await as(token, 'POST', '/api/auth/totp/confirm', { totp });
    expect([confirmed.status, confirmed.body.data?.recovery_codes?.length]).toEqual([200, 10]);
    for (const port of platform.ports)
      await until(
        async () => (await as(token, 'GET', '/api/ledgers', undefined, port)).status === 200,
        'let in',
        WITHIN_MS,
      );
    expect(await signIn(email)).toMatchObject({ status: 401, body: { code: 'totp_required' } });
    expect((await signIn(email, { totp })).body.code).toBe('totp_invalid'); // it confirmed already
    await later();
    expect((await signIn(email, { totp: await generate({ secret }) })).status).toBe(200);
    expect((await signIn(email, { recovery_code: confirmed.body.data.recovery_codes[0] })).status).toBe(200);
    expect((await as(token, 'GET', '/api/auth/totp')).body.data.totp).toMatchObject({
      enabled: true,
      recovery_codes_left: 9,
      required: true,
    });

    expect((await as(token, 'DELETE', `/api/users/${id}/totp`)).status).toBe(403);
    expect(await platform.cli('users', 'reset-totp', acme.subdomain, email, '--yes')).toContain('no second factor');
    const other = await platform.admin.delete(`/api/users/${id}/totp?tenant_id=${acme.id}`);
    expect(other).toMatchObject({ status: 409, body: { code: 'totp_not_enabled' } });
    expect(await platform.cli('users', 'end-sessions', acme.subdomain, email)).toMatch(/^\d+ sessions of/);
    await endsEverywhere(token);
    const [{ secrets }] = (await platform.sql('SELECT COUNT(*) AS secrets FROM company_secrets')) as [
      { secrets: string },
    ];
    expect(Number(secrets)).toBe(0);
    await platform.admin.put(`/api/settings/security?tenant_id=${acme.id}`, { totp_required: false });
    expect((await signIn(email)).status).toBe(200);
    expect(await logOf(id)).toEqual(['sessions_ended', 'totp_reset', 'recovery_code_used', 'totp_enabled', 'created']);
  });

  it('whose invitation was cut off by a kill before its mail are invited, and mailed when it is sent again', async () => {
    const [port, victim] = platform.ports as [number, number];
    const email = 'cut@acme.example';
    mails.hold = true;
    const cut = as(acme.user.token, 'POST', '/api/invitations', { email, role: 'viewer' }, victim).catch(
      () => 'cut off',
    );
    await until(async () => mails.held > 0, 'a mail under way');
    await platform.apis[1]!.kill();
    expect(await cut).toBe('cut off');
    mails.hold = false;
    const { invitations } = (await acme.user.get('/api/invitations?search=cut@')).body.data;
    expect(invitations).toMatchObject([{ email, status: 'open', mailed_at: null }]);
    const again = await as(acme.user.token, 'POST', `/api/invitations/${invitations[0].id}/resend`, {}, port);
    expect(again.body.data.mail).toEqual({ sent: true, via: 'smtp' });
    const token = await mails.tokenFor(email, '/accept-invitation#');
    expect(
      (await as(undefined, 'POST', '/api/auth/accept-invitation', { token, name: 'Cut', password: PASSWORD })).status,
    ).toBe(201);
  });
});
