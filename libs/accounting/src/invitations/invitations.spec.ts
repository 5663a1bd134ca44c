import { asBoss, asks, boss, givenPeople, type GivenPeople, PASSWORD, tokenIn } from '../users/given-people.testing.js';
import { describeWithDatabase } from '../vouchers/given-company.testing.js';

const inviting = { ...asBoss, subdomain: 'acme' };
const refused = (code: string) => expect.objectContaining({ code });

describeWithDatabase('Invitations', () => {
  let people: GivenPeople;

  beforeAll(async () => {
    people = await givenPeople();
  });
  afterAll(() => people?.close());

  const invite = async (name: string) => {
    const { invitation, mail } = await people.invitations.invite(
      { email: `${name}@acme.example`, role: 'viewer' },
      inviting,
    );
    expect(mail).toEqual({ sent: true, via: 'folder' });
    return { ...invitation, token: tokenIn(people.mailsTo(invitation.email).at(-1)!) };
  };
  const accept = (token: string, name = 'Ravi') =>
    people.accepting.accept({ token, name, password: PASSWORD }, { ...asks, kind: 'system', id: 'anonymous' });

  it('make a user who chooses name and password, once', async () => {
    const { id, email, token, status, mailed_at } = await invite('ravi');
    expect({ status, mailed_at }).toEqual({ status: 'open', mailed_at: expect.any(String) });
    expect(people.mailsTo(email)[0]).toContain('https://acme.example.com/accept-invitation#');
    const both = await Promise.allSettled([accept(token), accept(token)]);
    const users = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(users).toMatchObject([
      { email, name: 'Ravi', role: 'viewer', is_active: true, password_change_required: false },
    ]);
    const [reason] = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(reason).toMatchObject({ status: 401, code: 'invitation_invalid' });
    const { claims } = await people.signIn.signIn(email, PASSWORD, { actor: asks, userAgent: undefined });
    expect(await people.companyUsers.authenticate(claims)).toMatchObject({ email, role: 'viewer' });
    expect((await people.invitations.list({ page: 1, limit: 10, status: 'accepted' })).invitations).toMatchObject([
      { id },
    ]);
    await expect(people.invitations.revoke(id, asks)).rejects.toEqual(refused('invitation_closed'));
    await expect(people.invitations.invite({ email, role: 'viewer' }, inviting)).rejects.toEqual(
      refused('email_taken'),
    );
    const log = await people.sql<{ action: string; actor_name: string }>(
      'SELECT action, actor_name FROM edit_log WHERE object_id = ? ORDER BY id',
      [id],
    );
    expect(log).toEqual([
      { action: 'created', actor_name: 'x' },
      { action: 'accepted', actor_name: email },
    ]);
  });

  it('are kept as a hash alone', async () => {
    const { id, token } = await invite('hashed');
    const rows = JSON.stringify(await people.sql('SELECT * FROM invitations WHERE id = ?', [id]));
    expect(rows).not.toContain(token);
    expect(JSON.stringify(await people.sql('SELECT * FROM edit_log WHERE object_id = ?', [id]))).not.toContain(token);
  });

  it('are one to an address; sent again, revoked and expired ones lose their link', async () => {
    const { id, email, token } = await invite('again');
    await expect(people.invitations.invite({ email, role: 'viewer' }, inviting)).rejects.toEqual(
      refused('already_invited'),
    );
    await expect(people.invitations.resend(id, inviting)).rejects.toEqual(refused('mailed_a_moment_ago'));
    await people.sql('UPDATE invitations SET mailed_at = mailed_at - INTERVAL 2 MINUTE WHERE id = ?', [id]);
    await people.invitations.resend(id, inviting);
    await expect(accept(token)).rejects.toEqual(refused('invitation_invalid'));
    const second = tokenIn(people.mailsTo(email).at(-1)!);
    expect(second).not.toBe(token);

    await people.sql('UPDATE invitations SET expires_at = CURRENT_TIMESTAMP(6) WHERE id = ?', [id]);
    await expect(accept(second)).rejects.toEqual(refused('invitation_expired'));
    const other = await invite('again');
    await people.sql('UPDATE invitations SET mailed_at = NULL WHERE id = ?', [id]);
    await expect(people.invitations.resend(id, inviting)).rejects.toEqual(refused('already_invited'));
    expect(await people.invitations.revoke(other.id, asks)).toMatchObject({ status: 'revoked' });
    await expect(accept(other.token)).rejects.toEqual(refused('invitation_invalid'));
    expect((await people.invitations.resend(id, inviting)).invitation).toMatchObject({ status: 'open' });
    expect(await accept(tokenIn(people.mailsTo(email).at(-1)!))).toMatchObject({ email });
  });

  it('at one moment for one address are one', async () => {
    const all = await Promise.allSettled(Array.from({ length: 4 }, () => invite('moment')));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toEqual(refused('already_invited'));
  });

  it('give no more than who invites has, and are refused for what is not there', async () => {
    const giver = { ...boss, permissions: new Set(['users:write']) };
    const body = { email: 'more@acme.example', role: 'administrator' };
    await expect(people.invitations.invite(body, { ...inviting, giver })).rejects.toEqual(refused('forbidden'));
    await expect(people.invitations.invite({ ...body, role: 'king' }, inviting)).rejects.toEqual(
      refused('validation_failed'),
    );
    for (const id of ['1', 'x']) {
      await expect(people.invitations.resend(id, inviting)).rejects.toEqual(refused('invitation_not_found'));
      await expect(people.invitations.revoke(id, asks)).rejects.toEqual(refused('invitation_not_found'));
    }
    await expect(accept('A'.repeat(43))).rejects.toEqual(refused('invitation_invalid'));
  });

  it('repeated with the same key are mailed once', async () => {
    const body = { email: 'key@acme.example', role: 'viewer' };
    const key = { key: 'invite-1', route: 'POST /api/invitations', body };
    const [first, second] = [
      await people.invitations.invite(body, inviting, key),
      await people.invitations.invite(body, inviting, key),
    ];
    expect(second).toEqual({ invitation: first.invitation });
    expect(people.mailsTo(body.email)).toHaveLength(1);
  });
});
