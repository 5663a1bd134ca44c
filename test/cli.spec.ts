import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMMANDS_OF_ROUTES } from './support/cli-routes.js';
import { call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';

const CLI_PAGE = fileURLToPath(new URL('../docs/cli.md', import.meta.url));

const PATIENCE_MS = 180_000;

describe('the command finvera', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let shop: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform();
    [acme, shop] = await Promise.all([platform.givenTenant('acme'), platform.givenTenant('shop')]);
  });

  async function finvera(...args: string[]) {
    const command = platform.startCli(...args);
    const { code } = await command.ended;
    return { code, printed: command.printed, said: command.output };
  }

  /** What a command prints for programs. */
  async function json(...args: string[]) {
    const { code, printed, said } = await finvera(...args, '--json');
    if (code !== 0) throw new Error(`finvera ${args.join(' ')}: exit code ${code}\n${said}`);
    return JSON.parse(printed);
  }

  it(
    'shows companies: lists, one, its database, its operations',
    async () => {
      const [list, one, stats, health, operations, table] = await Promise.all([
        json('tenants', 'list', '--sort', 'subdomain'),
        json('tenants', 'show', 'acme'),
        json('tenants', 'stats', 'acme'),
        json('tenants', 'health', acme.id),
        json('operations', 'list', '--company', 'shop', '--kind', 'create_tenant'),
        finvera('tenants', 'list', '--limit', '1'),
      ]);
      expect(list.map(({ subdomain }: GivenTenant) => subdomain)).toEqual(['acme', 'shop']);
      expect(one).toMatchObject({ id: acme.id, status: 'active', db_provisioned: true });
      expect(stats.tables.length).toBeGreaterThan(10);
      expect(health).toMatchObject({ database_accessible: true, connection_pool_status: 'healthy' });
      expect(operations).toMatchObject([{ kind: 'create_tenant', tenant_id: shop.id, status: 'succeeded' }]);
      expect(table.printed).toMatch(/^id +subdomain +company_name .*\n\S+ +\w+ /);
      expect(table.said).toContain('1 more; see --page 2');
    },
    PATIENCE_MS,
  );

  it(
    'changes companies, and refuses what the route refuses in the same words',
    async () => {
      const [updated, window, wrongPlan, nothing, nobody] = await Promise.all([
        json('tenants', 'update', 'shop', '--name', 'Shop & Sons', '--plan', 'premium'),
        json('tenants', 'upgrade-window', 'acme', '--time-zone', 'Asia/Kolkata', '--window', '22:00-04:00'),
        finvera('tenants', 'update', 'acme', '--plan', 'golden'),
        finvera('tenants', 'update', 'acme'),
        finvera('tenants', 'show', 'nobody'),
      ]);
      expect(updated).toMatchObject({ company_name: 'Shop & Sons', subscription_plan: 'premium' });
      expect(window).toMatchObject({ time_zone: 'Asia/Kolkata', window: '22:00-04:00' });
      expect(wrongPlan).toMatchObject({ code: 1, said: 'There is no plan "golden".\n' });
      expect(nothing).toMatchObject({ code: 1, said: expect.stringContaining('Say what to change') });
      expect(nobody).toMatchObject({ code: 1, said: expect.stringContaining('nobody') });
    },
    PATIENCE_MS,
  );

  it(
    'asks before it ends a company; without a terminal somebody has to say so',
    async () => {
      const [asked, dry, untyped, wrong] = await Promise.all([
        finvera('tenants', 'delete', 'acme'),
        json('tenants', 'delete', 'acme', '--dry-run'),
        finvera('tenants', 'purge', 'acme'),
        finvera('tenants', 'purge', 'acme', '--name', 'acme'),
      ]);
      expect(asked).toMatchObject({ code: 1, said: expect.stringContaining('Say so with --yes.') });
      expect(dry).toMatchObject([{ status: 'active', would: expect.stringContaining('close Company acme') }]);
      expect(untyped).toMatchObject({ code: 1, said: expect.stringContaining('--name "Company acme"') });
      expect(wrong).toMatchObject({ code: 1, said: expect.stringContaining('type its name in full') });
      expect((await acme.user.get('/api/ledgers')).status).toBe(200);
    },
    PATIENCE_MS,
  );

  it(
    'deletes, takes it back, and purges for good, each followed to its end',
    async () => {
      expect(await json('tenants', 'delete', 'acme', '--yes')).toMatchObject([{ status: 'succeeded' }]);
      expect(await json('tenants', 'undelete', 'acme')).toMatchObject([
        { status: 'succeeded', kind: 'undelete_tenant' },
      ]);
      expect((await acme.user.get('/api/ledgers')).status).toBe(200);
      const [{ id, status }] = await json('tenants', 'purge', 'acme', '--name', 'Company acme');
      expect(status).toBe('succeeded');
      expect(await platform.sql('SHOW DATABASES LIKE ?', [acme.dbName])).toEqual([]);
      const [shown, backups, retried, cancelled] = await Promise.all([
        json('operations', 'show', id),
        json('tenants', 'backups', acme.id),
        finvera('operations', 'retry', id),
        finvera('operations', 'cancel', id, '--yes'),
      ]);
      expect(shown).toMatchObject([{ kind: 'purge_tenant', step: 'certify' }]);
      expect(backups).toMatchObject([{ kind: 'last', status: 'verified' }]);
      expect(retried).toMatchObject({ code: 1, said: 'Only a failed operation can be tried again.\n' });
      expect(cancelled).toMatchObject({ code: 1, said: expect.stringContaining('not begun') });
    },
    PATIENCE_MS,
  );

  it(
    'shows what the platform has: kinds of operations, plans, domains, connections of processes',
    async () => {
      const [kinds, plans, added, connections] = await Promise.all([
        json('operations', 'kinds'),
        json('plans', 'list'),
        json('domains', 'add', 'shop', 'books.shop.example'),
        json('connections'),
      ]);
      expect(kinds).toContainEqual(
        expect.objectContaining({ kind: 'purge_tenant', point_of_no_return: 'drop_database' }),
      );
      expect(plans.map(({ code }: { code: string }) => code)).toContain('standard');
      expect(added).toMatchObject([{ domain: 'books.shop.example', status: 'pending' }]);
      expect(connections.map(({ service }: { service: string }) => service).sort()).toEqual(['api', 'worker']);
      const unasked = await finvera('domains', 'remove', 'shop', 'books.shop.example');
      expect(unasked).toMatchObject({ code: 1, said: expect.stringContaining('--yes') });
    },
    PATIENCE_MS,
  );

  it(
    'is described by docs/cli.md: `npm run -s finvera -- reference > docs/cli.md` after a change',
    async () => {
      const { printed } = await finvera('reference');
      expect(printed).toBe(readFileSync(CLI_PAGE, 'utf8'));
    },
    PATIENCE_MS,
  );

  it(
    'completes commands and options in bash',
    async () => {
      const { printed } = await finvera('completion', 'bash');
      const complete = (...words: string[]) =>
        execFileSync('bash', [
          '-c',
          `${printed}\nCOMP_WORDS=(finvera "$@"); COMP_CWORD=$#; _finvera; echo "\${COMPREPLY[@]}"`,
          'bash',
          ...words,
        ])
          .toString()
          .trim();
      expect(complete('ten')).toBe('tenants');
      expect(complete('tenants', 'un')).toBe('unarchive undelete');
      expect(complete('--any', 'tenants', 'delete', '--d')).toBe('--dry-run');
      expect(await finvera('completion', 'fish')).toMatchObject({
        code: 1,
        said: expect.stringContaining('bash or zsh'),
      });
    },
    PATIENCE_MS,
  );

  it(
    'has a command for every route of the platform',
    async () => {
      const { body } = await call(platform.port, '/api/docs-json');
      const routes = Object.entries(body.paths as Record<string, Record<string, unknown>>)
        .filter(([path]) => path.startsWith('/api/admin/'))
        .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
      const commands = [...readFileSync(CLI_PAGE, 'utf8').matchAll(/^## finvera (.*)$/gm)].map(([, path]) => path!);
      expect(routes.filter((route) => !hasCommand(route, commands))).toEqual([]);
      expect(Object.keys(COMMANDS_OF_ROUTES).filter((route) => !routes.includes(route))).toEqual([]);
    },
    PATIENCE_MS,
  );
});

/** A route of a group that is not listed needs a command of the group's name. */
function hasCommand(route: string, commands: readonly string[]): boolean {
  const command = COMMANDS_OF_ROUTES[route];
  if (command !== undefined) return command === null || commands.includes(command);
  const group = (path: string) => path.split('/')[3]!;
  const isListed = Object.keys(COMMANDS_OF_ROUTES).some((listed) => group(listed) === group(route));
  const word = group(route).split('-')[0]!;
  return !isListed && commands.some((path) => path.startsWith(word));
}
