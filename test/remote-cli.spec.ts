import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { AppProcess, freePort } from './support/process.js';

const PATIENCE_MS = 180_000;

/** The command on a machine that knows nothing of the platform but its address and a key. */
describe('finvera with FINVERA_URL and FINVERA_API_KEY', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let key: string;
  let folder: string;

  beforeAll(async () => {
    platform = await givenPlatform();
    acme = await platform.givenTenant('acme');
    key = await givenKey(['*']);
    folder = mkdtempSync(join(tmpdir(), 'finvera-remote-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const givenKey = async (scopes: string[]): Promise<string> =>
    (await platform.admin.post('/api/admin/api-keys', { name: 'the shop', scopes })).body.data.api_key.key;

  async function remote(args: string[], env: Record<string, string> = {}) {
    const url = `http://127.0.0.1:${platform.port}/`;
    const command = new AppProcess('cli', { FINVERA_URL: url, FINVERA_API_KEY: key, ...env }, args);
    const { code } = await command.ended;
    return { code, printed: command.printed, said: command.output };
  }

  it(
    'prints the same as it does beside the databases',
    async () => {
      const commands = [
        ['tenants', 'show', 'acme', '--json'],
        ['operations', 'list'],
        ['tenants', 'storage', 'acme', '--json'],
        ['tenants', 'storage', 'acme', '--history', '--json'],
        ['servers', 'list', '--json'],
      ];
      const pairs = await Promise.all(
        commands.map(async (args) => [await remote(args), await platform.cli(...args)] as const),
      );
      for (const [{ code, printed }, beside] of pairs) expect([code, printed]).toEqual([0, beside]);
    },
    PATIENCE_MS,
  );

  it(
    'changes companies, follows operations, and the key stands in the audit log',
    async () => {
      const suspended = await remote(['tenants', 'suspend', 'acme', '--reason', 'by program', '--yes']);
      expect(suspended).toMatchObject({ code: 0, printed: expect.stringMatching(/acme +suspended/) });
      const csv = join(folder, 'new.csv');
      writeFileSync(
        csv,
        'company_name,subdomain,email,phone,subscription_plan\nOne,one,a@one.example,12345,standard\n',
      );
      const created = await remote(['tenants', 'create', '--from', csv, '--json']);
      expect([created.code, JSON.parse(created.printed)]).toEqual([
        0,
        expect.objectContaining({ row: 1, subdomain: 'one', status: 'created' }),
      ]);
      const deleted = await remote(['tenants', 'delete', 'one', '--yes', '--json']);
      expect(deleted).toMatchObject({ code: 0, printed: expect.stringContaining('succeeded') });
      const log = await remote(['audit', 'export', '--action', 'tenant.*']);
      const lines = log.printed.trim().split('\n').map((line) => JSON.parse(line)); // biome-ignore format: one line
      expect(lines.map(({ action, actor_name }) => [action, actor_name])).toEqual([
        ['tenant.created', 'admin@finvera.test'],
        ['tenant.suspended', expect.stringMatching(/^the shop \(fvk_/)],
        ['tenant.created', expect.stringMatching(/^the shop \(fvk_/)],
        ['tenant.deleting', expect.stringMatching(/^the shop \(fvk_/)],
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'refuses in the words of the API, and never does here what the API cannot do',
    async () => {
      writeFileSync(join(folder, 'bad.csv'), 'company_name,subdomain,email,phone,subscription_plan\nA,-a,a,1,x\n');
      const [nobody, bad, reader, stranger, keyless, away, local, init] = await Promise.all([
        remote(['tenants', 'show', 'nobody']),
        remote(['tenants', 'create', '--from', join(folder, 'bad.csv')]),
        remote(['tenants', 'update', acme.id, '--phone', '12345'], { FINVERA_API_KEY: await givenKey(['read']) }),
        remote(['tenants', 'list'], { FINVERA_API_KEY: 'fvk_00000000_nobody' }),
        remote(['tenants', 'list'], { FINVERA_API_KEY: '' }),
        remote(['tenants', 'list'], { FINVERA_URL: `http://127.0.0.1:${await freePort()}` }),
        remote(['keys', 'rotate'], platform.env),
        remote(['init-master'], platform.env),
      ]);
      expect(nobody).toMatchObject({ code: 1, said: 'There is no company "nobody".\n' });
      expect(bad).toMatchObject({ code: 1, said: expect.stringContaining('subdomain') });
      expect(reader).toMatchObject({ code: 1, said: expect.stringContaining('does not allow PUT') });
      expect(stranger).toMatchObject({ code: 1, said: 'The API key is not valid.\n' });
      expect(keyless).toMatchObject({ code: 1, said: expect.stringContaining('FINVERA_API_KEY') });
      expect(away).toMatchObject({ code: 1, said: expect.stringContaining('cannot be reached: ECONNREFUSED') });
      for (const refused of [local, init])
        expect(refused).toMatchObject({ code: 1, said: expect.stringContaining('works on the databases themselves') });
    },
    PATIENCE_MS,
  );
});
