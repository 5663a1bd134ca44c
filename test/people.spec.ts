import { call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const PASSWORD = 'a password of somebody';
/** what every process believes of a session, and a second */
const WITHIN_MS = 6_000;

describe('People of a company', () => {
  let platform: Platform;
  let acme: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform({ apis: 2, worker: false });
    acme = await platform.givenTenant();
  });
  afterAll(() => platform?.stop());

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
});
