import { setTimeout as sleep } from 'node:timers/promises';
import { asBoss, asks, givenPeople, type GivenPeople, PASSWORD } from '../users/given-people.testing.js';
import { describeWithDatabase } from '../vouchers/given-company.testing.js';
import { SESSIONS_PER_USER_MAX } from './session-store.js';

const PAGE = { page: 1, limit: 100 };
const device = (userAgent: string) => ({ actor: asks, userAgent });
const CURL = device('curl/8.5.0');

describeWithDatabase('Sessions', () => {
  let people: GivenPeople;

  beforeAll(async () => {
    people = await givenPeople();
  });
  afterAll(() => people?.close());

  const signedIn = async (name: string, from = CURL) =>
    (await people.signIn.signIn(`${name}@acme.example`, PASSWORD, from)).claims;
  const logged = (id: string) =>
    people.sql<{ action: string; after_state: string }>(
      "SELECT action, after_state FROM edit_log WHERE object_id = ? AND action LIKE '%ended'",
      [id],
    );

  it('are listed with device and address, and end one by one', async () => {
    const { id } = await people.givenUser('lists');
    const first = await signedIn(
      'lists',
      device('Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'),
    );
    const second = await signedIn('lists');
    const { sessions, total } = await people.sessions.list(id, PAGE, second.session_id);
    expect(total).toBe(2);
    expect(sessions.map(({ device: name, address, is_current }) => [name, address, is_current])).toEqual([
      ['curl', '127.0.0.9', true],
      ['Firefox on Linux', '127.0.0.9', false],
    ]);
    expect((await people.sessions.list(id, { ...PAGE, search: 'firefox' })).sessions).toHaveLength(1);
    await people.sessions.end(id, first.session_id, asks);
    expect(await people.companyUsers.authenticate(first)).toBeNull();
    expect(await people.companyUsers.authenticate(second)).toMatchObject({
      name: 'lists',
      sessionId: second.session_id,
    });
    await expect(people.sessions.end(id, first.session_id, asks)).rejects.toMatchObject({ code: 'session_not_found' });
    expect(await logged(id)).toHaveLength(1);
  });

  it('of others are nobody’s business', async () => {
    const [mine, other] = [await people.givenUser('mine'), await people.givenUser('other')];
    const theirs = await signedIn('other');
    for (const id of [theirs.session_id, '1', 'x'])
      await expect(people.sessions.end(mine.id, id, asks)).rejects.toMatchObject({ code: 'session_not_found' });
    await people.sessions.signOut(mine.id, theirs.session_id);
    expect(await people.companyUsers.authenticate(theirs)).not.toBeNull();
    expect(await people.companyUsers.authenticate({ ...theirs, sub: mine.id })).toBeNull();
    expect((await people.sessions.list(other.id, PAGE)).total).toBe(1);
    await expect(people.sessions.listOf('1', PAGE)).rejects.toMatchObject({ code: 'user_not_found' });
  });

  it('end all but one, or all', async () => {
    const { id } = await people.givenUser('many');
    const [one, two, three] = [await signedIn('many'), await signedIn('many'), await signedIn('many')];
    expect(await people.sessions.endAll(id, asks, two.session_id)).toBe(2);
    expect(await people.companyUsers.authenticate(one)).toBeNull();
    expect(await people.companyUsers.authenticate(two)).not.toBeNull();
    expect(await people.sessions.endAll(id, asks)).toBe(1);
    for (const claims of [two, three]) expect(await people.companyUsers.authenticate(claims)).toBeNull();
  });

  it('end with the password and with the user, here at once and elsewhere when it asks again', async () => {
    const { id } = await people.givenUser('leaves');
    const process2 = people.givenProcess();
    const before = await signedIn('leaves');
    const passwords = { current: PASSWORD, next: 'another password' };
    const after = (await people.signIn.changePassword(id, passwords, CURL)).claims;
    expect(await people.companyUsers.authenticate(before)).toBeNull();
    expect(await people.companyUsers.authenticate(after)).not.toBeNull();
    expect(await process2.authenticate(after)).not.toBeNull();
    await people.users.update(id, { is_active: false }, asBoss, undefined);
    expect(await people.companyUsers.authenticate(after)).toBeNull();
    process2.forget(id); // five seconds later
    expect(await process2.authenticate(after)).toBeNull();
    await people.users.update(id, { is_active: true }, asBoss, undefined);
    expect(await people.companyUsers.authenticate(after)).toBeNull();
    await expect(people.signIn.signIn('leaves@acme.example', PASSWORD, CURL)).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
  });

  it('do not begin beside a change of the password that they do not know of', async () => {
    const { id } = await people.givenUser('races');
    const races = await Promise.allSettled([
      people.signIn.changePassword(id, { current: PASSWORD, next: 'another password' }, CURL),
      ...Array.from({ length: 8 }, () => signedIn('races')),
    ]);
    expect(races[0]!.status).toBe('fulfilled');
    for (const { reason } of races.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[])
      expect(reason).toMatchObject({ code: 'invalid_credentials' });
    expect((await people.sessions.list(id, PAGE)).total).toBe(1);
  });

  it('are bounded: the one used least recently goes; what has expired is no session', async () => {
    const { id } = await people.givenUser('busy');
    const insert = `INSERT INTO sessions (id, user_id, device, user_agent, address, last_used_at, expires_at)
      VALUES (?, ?, 'x', 'x', 'x', CURRENT_TIMESTAMP(6) - INTERVAL ? DAY, CURRENT_TIMESTAMP(6) + INTERVAL ? SECOND)`;
    for (let n = 1; n <= SESSIONS_PER_USER_MAX; n++) await people.sql(insert, [n, id, n, 60]);
    await people.sql(insert, [999, id, 0, -1]);
    const expired = { sub: id, email: 'x', tenant_id: 'x', session_id: '999' };
    expect(await people.companyUsers.authenticate(expired)).toBeNull();
    await signedIn('busy');
    const { sessions, total } = await people.sessions.list(id, PAGE);
    expect(total).toBe(SESSIONS_PER_USER_MAX);
    expect(sessions.map((session) => session.id)).not.toContain(String(SESSIONS_PER_USER_MAX));
    const [{ rows }] = (await people.sql<{ rows: string }>(
      'SELECT COUNT(*) AS `rows` FROM sessions WHERE user_id = ?',
      [id],
    )) as [{ rows: string }];
    expect(Number(rows)).toBe(SESSIONS_PER_USER_MAX);
  });

  it('are believed for seconds, without a question to the database; their use is noted', async () => {
    const { id } = await people.givenUser('warm');
    const claims = await signedIn('warm');
    await people.companyUsers.authenticate(claims);
    await people.sql('UPDATE sessions SET last_used_at = last_used_at - INTERVAL 1 DAY WHERE user_id = ?', [id]);
    await people.givenProcess().authenticate(claims);
    const lastUsed = async () => Date.parse((await people.sessions.list(id, PAGE)).sessions[0]!.last_used_at);
    while (Date.now() - (await lastUsed()) > 80_000_000) await sleep(20);
    const elsewhere = people.givenProcess();
    expect(await elsewhere.authenticate(claims)).not.toBeNull();
    await people.sql('DELETE FROM sessions WHERE user_id = ?', [id]);
    expect(await elsewhere.authenticate(claims)).not.toBeNull();
    elsewhere.forget(id);
    expect(await elsewhere.authenticate(claims)).toBeNull();
  });
});
