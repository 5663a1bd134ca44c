import { setTimeout as sleep } from 'node:timers/promises';
import { asBoss, asks, givenPeople, type GivenPeople, PASSWORD, tokenIn } from '../users/given-people.testing.js';
import { describeWithDatabase } from '../vouchers/given-company.testing.js';

const NEXT = 'another password';
const DEVICE = { actor: asks, userAgent: 'curl/8.5.0' };
const refused = (code: string) => expect.objectContaining({ code });

describeWithDatabase('Forgotten passwords', () => {
  let people: GivenPeople;

  beforeAll(async () => {
    people = await givenPeople();
  });
  afterAll(() => people?.close());

  const ask = (email: string, ip = asks.ip) => people.forgot.ask(email, { actor: { ...asks, ip }, subdomain: 'acme' });
  const reset = (token: string) => people.resetting.reset({ token, new_password: NEXT }, asks);
  async function mailedToken(email: string, nth = 1): Promise<string> {
    while (people.mailsTo(email).length < nth) await sleep(20);
    return tokenIn(people.mailsTo(email).at(-1)!);
  }

  it('are set by the mailed link, once; sessions end, and failed sign-ins are forgotten', async () => {
    const { id, email } = await people.givenUser('forgets');
    const { claims } = await people.signIn.signIn(email, PASSWORD, DEVICE);
    for (let n = 0; n < 10; n++) await people.signIn.signIn(email, 'wrong', DEVICE).catch(() => undefined);
    await expect(people.signIn.signIn(email, PASSWORD, DEVICE)).rejects.toEqual(refused('too_many_failed_sign_ins'));
    await ask(email.toUpperCase());
    const token = await mailedToken(email);
    expect(JSON.stringify(await people.sql('SELECT * FROM password_resets'))).not.toContain(token);
    const both = await Promise.allSettled([reset(token), reset(token)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(reset(token)).rejects.toEqual(refused('reset_token_invalid'));
    expect(await people.companyUsers.authenticate(claims)).toBeNull();
    await people.signIn.signIn(email, NEXT, DEVICE);
    const log = await people.sql<{ action: string; actor_id: string }>(
      "SELECT action, actor_id FROM edit_log WHERE object_id = ? AND action LIKE 'password%'",
      [id],
    );
    expect(log).toEqual([{ action: 'password_reset', actor_id: id }]);
  });

  it('are not set by links that are old, replaced, or of somebody who left or changed the password', async () => {
    const { id, email } = await people.givenUser('links');
    await ask(email);
    const first = await mailedToken(email);
    await ask(email);
    const second = await mailedToken(email, 2);
    await expect(reset(first)).rejects.toEqual(refused('reset_token_invalid'));
    await people.sql('UPDATE password_resets SET expires_at = CURRENT_TIMESTAMP(6) WHERE user_id = ?', [id]);
    await expect(reset(second)).rejects.toEqual(refused('reset_token_invalid'));
    await ask(email);
    const third = await mailedToken(email, 3);
    await people.signIn.changePassword(id, { current: PASSWORD, next: 'changed meanwhile' }, DEVICE);
    await expect(reset(third)).rejects.toEqual(refused('reset_token_invalid'));
    await ask(email);
    const fourth = await mailedToken(email, 4);
    await people.users.update(id, { is_active: false }, asBoss, undefined);
    await expect(reset(fourth)).rejects.toEqual(refused('reset_token_invalid'));
  });

  it('are asked for the same whether there is such a user, and not too often', async () => {
    const { email } = await people.givenUser('often');
    const { id, email: gone } = await people.givenUser('gone');
    await people.users.update(id, { is_active: false }, asBoss, undefined);
    for (const somebody of [email, gone, 'nobody@acme.example']) {
      for (let n = 0; n < 5; n++) expect(await ask(somebody, '127.0.0.8')).toBeUndefined();
      await expect(ask(somebody, '127.0.0.8')).rejects.toMatchObject({ status: 429, code: 'too_many_reset_requests' });
    }
    await mailedToken(email, 5);
    for (const somebody of [gone, 'nobody@acme.example']) expect(people.mailsTo(somebody)).toEqual([]);
  });
});
