import { SecretBox } from '@finvera/common';
import { call } from './support/http.js';
import { Load, unless } from './support/load.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const OLD = 'the former encryption key of the tests';
const NEW = 'the encryption key that comes after it';
const THIRD = 'the encryption key that comes after both';
const CLIENTS = 8;

interface StatusRow {
  key_id: string;
  role: string;
  table: string;
  column: string;
  secrets: number;
}

const status = async (platform: Platform): Promise<StatusRow[]> => {
  const command = platform.startCli('keys', 'status', '--json');
  const { code } = await command.ended;
  if (code !== 0) throw new Error(command.output);
  return JSON.parse(command.printed);
};

describe('ENCRYPTION_KEY is changed while eight clients read and write', () => {
  let platform: Platform;
  let tenants: GivenTenant[];
  let load: Load;
  const tokens: string[] = [];
  const creation = {
    company_name: 'Before',
    subdomain: 'before',
    email: 'admin@before.example',
    phone: '1234567890',
    subscription_plan: 'standard',
  };
  let firstAnswer: { temporary_password: string };

  beforeAll(async () => {
    platform = await givenPlatform({
      apis: 2,
      env: { ENCRYPTION_KEY: OLD, USE_SEPARATE_DB_USERS: 'true', TENANT_POOL_IDLE_MS: '100' },
    });
    tenants = await Promise.all([platform.givenTenant(), platform.givenTenant(), platform.givenTenant()]);
    const created = await platform.admin.post('/api/admin/tenants', creation, {
      headers: { 'idempotency-key': 'first' },
    });
    firstAnswer = created.body.data.admin_user;
    tokens.push(...tenants.map(({ user }) => user.token));
  });

  const any = <T>(things: readonly T[]): T => things[Math.floor(Math.random() * things.length)]!;
  let made = 0;
  const nextNumber = () => {
    made += 1;
    return made;
  };

  async function restartWith(env: Record<string, string>, apis: number[]): Promise<void> {
    Object.assign(platform.env, { ENCRYPTION_KEY_NEXT: '', ENCRYPTION_KEYS_PREVIOUS: '', ...env });
    for (const index of apis) {
      await load.leave(platform.ports[index]!);
      await platform.restartApi(index);
      load.join(platform.ports[index]!);
    }
  }

  async function restartAllWith(env: Record<string, string>): Promise<void> {
    await restartWith(env, [0, 1]);
    await platform.restartWorker();
  }

  it('no request fails, no token ends, no secret is lost', async () => {
    let { token: adminToken } = platform.admin;
    load = new Load(platform.ports, CLIENTS, [
      async (port) => unless(200)(await call(port, '/api/ledgers?limit=20', { token: any(tokens) })),
      async (port) =>
        unless(201)(
          await call(port, '/api/ledgers', {
            method: 'POST',
            token: any(tokens),
            json: { name: `Ledger ${nextNumber()}`, group: 'Capital Account' },
          }),
        ),
      async (port) => unless(200)(await call(port, '/api/admin/tenants', { token: adminToken })),
      async (port) => {
        const { subdomain, email, password } = any(tenants);
        const answer = await call(port, '/api/auth/login', { method: 'POST', json: { subdomain, email, password } });
        if (answer.status === 200) tokens.push(answer.body.data.token); // and all processes must take it
        return unless(200)(answer);
      },
      // its user's password is encrypted by whichever process is asked, and decrypted by all
      async (port) => {
        if (Math.random() > 0.1) return undefined;
        const subdomain = `during${nextNumber()}`;
        const headers = { 'idempotency-key': subdomain };
        const json = {
          ...creation,
          subdomain,
          email: `admin@${subdomain}.example`,
          admin_password: 'a company password',
        };
        const answer = await call(port, '/api/admin/tenants', { method: 'POST', token: adminToken, json, headers });
        if (answer.status === 201)
          tenants.push({ subdomain, email: json.email, password: json.admin_password } as GivenTenant);
        return unless(201)(answer);
      },
    ]);

    await restartAllWith({ ENCRYPTION_KEY: OLD, ENCRYPTION_KEY_NEXT: NEW });
    await restartAllWith({ ENCRYPTION_KEY: NEW, ENCRYPTION_KEYS_PREVIOUS: OLD });
    const signedBefore = tokens.length;
    const dry = platform.startCli('keys', 'rotate', '--dry-run', '--json');
    expect((await dry.ended).code).toBe(0);
    const rotated = await platform.cli('keys', 'rotate');
    expect(rotated).toMatch(/[1-9]\d* secrets encrypted anew/);
    const would = JSON.parse(dry.printed).reduce((sum: number, row: { rotated: number }) => sum + row.rotated, 0);
    expect(would).toBeGreaterThanOrEqual(2 + tenants.length); // server, tenants, first answer and its copy
    const rows = await status(platform);
    expect(new Set(rows.map(({ key_id, role }) => `${key_id} ${role}`))).toEqual(
      new Set([`${new SecretBox(NEW).kid} current`]),
    );
    for (const token of tokens.slice(0, 3))
      expect((await call(platform.port, '/api/ledgers', { token })).status).toBe(200);

    // the former key may go when the tokens that it signed have ended
    const former = tokens[0]!;
    await platform.signIn();
    adminToken = platform.admin.token;
    tokens.splice(0, signedBefore);
    await until(async () => tokens.length > 0, 'somebody has signed in');
    await restartWith({ ENCRYPTION_KEY: NEW }, [0]);
    expect((await call(platform.port, '/api/ledgers', { token: former })).status).toBe(401);
    const again = await platform.admin.post('/api/admin/tenants', creation, {
      headers: { 'idempotency-key': 'first' },
    });
    expect(again.body.data.admin_user).toEqual(firstAnswer);
    await load.stop();
    process.stdout.write(`\n${load.done} requests while the key was changed\n\n`);
    expect(load.failures).toEqual([]);
    expect(load.done).toBeGreaterThan(500);
  }, 180_000);

  it('a rotation that is killed is taken up; two at once do it once', async () => {
    const ROWS = 3_000;
    const former = new SecretBox(NEW);
    const answer = await former.encrypt('an answer');
    const rows = Array.from({ length: ROWS }, (_, row) => [`seeded-${row}`, 'POST /', ''.padEnd(64, '0'), answer]);
    await platform.sql('INSERT INTO idempotency_keys (idempotency_key, route, body_hash, answer) VALUES ?', [rows]);
    const header = answer.split('.')[0];
    const left = async () => {
      const [row] = await platform.sql<{ left: string }>(
        "SELECT COUNT(*) AS `left` FROM idempotency_keys WHERE SUBSTRING_INDEX(answer, '.', 1) = ?",
        [header],
      );
      return Number(row!.left);
    };
    const before = await left();
    Object.assign(platform.env, { ENCRYPTION_KEY: THIRD, ENCRYPTION_KEYS_PREVIOUS: NEW });
    const killed = platform.startCli('keys', 'rotate');
    await until(async () => (await left()) < before, 'it has begun');
    await killed.kill();
    const remaining = await left();
    expect(remaining).toBeGreaterThan(0);

    const both = [platform.startCli('keys', 'rotate', '--json'), platform.startCli('keys', 'rotate', '--json')];
    const results = await Promise.all(
      both.map(async (command) => {
        expect([(await command.ended).code, command.output]).toEqual([0, expect.any(String)]);
        const columns: { column: string; rotated: number }[] = JSON.parse(command.printed);
        return columns.find(({ column }) => column === 'answer')!.rotated;
      }),
    );
    expect(results.sort((a, b) => a - b)).toEqual([0, remaining]);
    expect(await left()).toBe(0);
  });
});
