import { generate } from 'otplib';
import { asBoss, asks, boss, givenPeople, type GivenPeople, PASSWORD } from '../users/given-people.testing.js';
import { describeWithDatabase } from '../vouchers/given-company.testing.js';

const DEVICE = { actor: asks, userAgent: 'curl/8.5.0' };
const refused = (code: string) => expect.objectContaining({ code });
const codeOf = (secret: string) => generate({ secret });

describeWithDatabase('A second factor', () => {
  let people: GivenPeople;

  beforeAll(async () => {
    people = await givenPeople();
  });
  afterAll(() => people?.close());

  const signIn = (email: string, code: object = {}) => people.signIn.signIn(email, PASSWORD, { ...DEVICE, ...code });
  /** as if the codes that were taken were of long ago */
  const later = (id: string) => people.sql('UPDATE user_totp SET last_step = 0 WHERE user_id = ?', [id]);
  async function givenFactor(name: string, role = 'administrator') {
    const { id, email } = await people.givenUser(name, role);
    const { secret } = await people.enrolling.begin(id, PASSWORD, asks);
    const codes = await people.enrolling.confirm({ id, email }, await codeOf(secret), asks);
    return { id, email, secret, codes };
  }
  const actions = async (id: string) =>
    (await people.sql<{ action: string }>('SELECT action FROM edit_log WHERE object_id = ? ORDER BY id', [id])).map(
      ({ action }) => action,
    );

  it('is enrolled with the password, confirmed with a code, and then asked for', async () => {
    const { id, email } = await people.givenUser('enrols');
    await expect(people.enrolling.begin(id, 'wrong', asks)).rejects.toEqual(refused('invalid_credentials'));
    await expect(people.enrolling.confirm({ id, email }, '123456', asks)).rejects.toEqual(refused('totp_not_begun'));
    const first = await people.enrolling.begin(id, PASSWORD, asks);
    expect(first.otpauth_url).toMatch(new RegExp(`^otpauth://totp/Acme:.*secret=${first.secret}`));
    await signIn(email); // nothing is asked for yet
    const { secret } = await people.enrolling.begin(id, PASSWORD, asks);
    await expect(people.enrolling.confirm({ id, email }, await codeOf(first.secret), asks)).rejects.toEqual(
      refused('totp_invalid'),
    );
    const code = await codeOf(secret);
    const codes = await people.enrolling.confirm({ id, email }, code, asks);
    expect(new Set(codes).size).toBe(10);
    expect(await people.ending.status(id)).toMatchObject({ enabled: true, recovery_codes_left: 10, required: false });
    await expect(signIn(email)).rejects.toMatchObject({ status: 401, code: 'totp_required' });
    await expect(signIn(email, { totp: code })).rejects.toEqual(refused('totp_invalid')); // it confirmed already
    await later(id);
    expect((await signIn(email, { totp: await codeOf(secret) })).claims.sub).toBe(id);
    await expect(people.enrolling.begin(id, PASSWORD, asks)).rejects.toEqual(refused('totp_enabled'));
    expect(await people.users.one(id)).toMatchObject({ totp_enabled: true });
    expect(await actions(id)).toEqual(['created', 'totp_enabled']);
    const stored = JSON.stringify(await people.sql('SELECT * FROM user_totp'));
    for (const shown of [secret, ...codes]) expect(stored).not.toContain(shown);
    expect([...people.secrets.kept.values()]).toEqual([secret]); // the one that was begun before is gone
  });

  it('takes a code once, also of several who send it at one moment', async () => {
    const { id, email, secret } = await givenFactor('once');
    await later(id);
    const totp = await codeOf(secret);
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => signIn(email, { totp })));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toEqual(refused('totp_invalid'));
    const [{ sessions }] = (await people.sql<{ sessions: string }>(
      'SELECT COUNT(*) AS sessions FROM sessions WHERE user_id = ?',
      [id],
    )) as [{ sessions: string }];
    expect(Number(sessions)).toBe(1);
  });

  it('has recovery codes in its place, each once; new ones end the former', async () => {
    const { id, email, secret, codes } = await givenFactor('recovers');
    const [first, second] = codes as [string, string];
    const all = await Promise.allSettled(
      Array.from({ length: 3 }, () => signIn(email, { recovery_code: first.toLowerCase().replaceAll('-', ' ') })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await people.ending.status(id)).recovery_codes_left).toBe(9);
    await later(id);
    const body = { current_password: PASSWORD, totp: await codeOf(secret) };
    const renewed = await people.ending.renewRecoveryCodes(id, body, asks);
    await expect(signIn(email, { recovery_code: second })).rejects.toEqual(refused('totp_invalid'));
    await signIn(email, { recovery_code: renewed[0] });
    expect(await actions(id)).toEqual([
      'created',
      'totp_enabled',
      'recovery_code_used',
      'recovery_codes_renewed',
      'recovery_code_used',
    ]);
  });

  it('wrong, counts as a failed sign-in, also many at one moment; a missing one does not', async () => {
    const { id, email, secret } = await givenFactor('guessed');
    for (let n = 0; n < 11; n++) await expect(signIn(email)).rejects.toEqual(refused('totp_required'));
    const recovery_code = 'AAAA-AAAA-AAAA-AAAA';
    const guesses = await Promise.allSettled(Array.from({ length: 15 }, () => signIn(email, { recovery_code })));
    const codes = guesses.map((one) => (one.status === 'rejected' ? one.reason.code : 'taken'));
    expect(codes.filter((code) => code === 'totp_invalid')).toHaveLength(10);
    expect(codes.filter((code) => code === 'too_many_failed_sign_ins')).toHaveLength(5);
    await later(id);
    await expect(signIn(email, { totp: await codeOf(secret) })).rejects.toEqual(refused('too_many_failed_sign_ins'));
  });

  it('is disabled with password and code, and not while the company asks for it', async () => {
    const { id, email, secret, codes } = await givenFactor('ends');
    const body = { current_password: PASSWORD };
    await expect(people.ending.disable(id, body, asks)).rejects.toEqual(refused('totp_required'));
    await expect(
      people.ending.disable(id, { current_password: 'wrong', recovery_code: codes[0] }, asks),
    ).rejects.toEqual(refused('invalid_credentials'));
    const { version } = await people.security.get();
    await people.security.update({ totp_required: true }, `"${version}"`, asks);
    try {
      await later(id);
      await expect(people.ending.disable(id, { ...body, totp: await codeOf(secret) }, asks)).rejects.toEqual(
        refused('totp_required_by_company'),
      );
      await expect(people.security.update({ totp_required: false }, `"${version}"`, asks)).rejects.toEqual(
        refused('stale'),
      );
      const { id: without, email: other } = await people.givenUser('without');
      const { claims } = await signIn(other);
      expect(await people.companyUsers.authenticate(claims)).toMatchObject({ totpEnrolmentRequired: true });
      const begun = await people.enrolling.begin(without, PASSWORD, asks);
      await people.enrolling.confirm({ id: without, email: other }, await codeOf(begun.secret), asks);
      expect(await people.companyUsers.authenticate(claims)).toMatchObject({ totpEnrolmentRequired: false });
    } finally {
      await people.security.update({ totp_required: false }, undefined, asks);
    }
    await people.ending.disable(id, { ...body, recovery_code: codes[1] }, asks);
    await signIn(email);
    await expect(people.ending.disable(id, { ...body, recovery_code: codes[2] }, asks)).rejects.toEqual(
      refused('totp_not_enabled'),
    );
    expect(await actions(id)).toEqual(['created', 'totp_enabled', 'recovery_code_used', 'totp_disabled']);
  });

  it('is reset by an administrator, not by oneself and not for who may do more', async () => {
    const { id, email } = await givenFactor('lost');
    const viewer = { ...asBoss, giver: { ...boss, permissions: new Set(['users:write']) } };
    await expect(people.totpReset.reset(id, viewer)).rejects.toEqual(refused('forbidden'));
    await expect(people.totpReset.reset(id, { ...asBoss, giver: { ...boss, userId: id } })).rejects.toEqual(
      refused('forbidden'),
    );
    for (const nobody of ['2', 'x'])
      await expect(people.totpReset.reset(nobody, asBoss)).rejects.toEqual(refused('user_not_found'));
    await people.totpReset.reset(id, asBoss);
    await signIn(email);
    await expect(people.totpReset.reset(id, asBoss)).rejects.toEqual(refused('totp_not_enabled'));
    expect(await actions(id)).toEqual(['created', 'totp_enabled', 'totp_reset']);
  });

  it('whose secret did not come with a copy of the books is said so, counts nothing, and leaves the recovery codes', async () => {
    const { email, codes } = await givenFactor('copied');
    people.secrets.kept.clear();
    for (let n = 0; n < 12; n++)
      await expect(signIn(email, { totp: '123456' })).rejects.toEqual(refused('totp_secret_missing'));
    await signIn(email, { recovery_code: codes[0] });
  });
});
