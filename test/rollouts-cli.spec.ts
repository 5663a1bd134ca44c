import { type Fleet, givenFleet, NEWER } from './support/rollouts/fleet.js';

/** `finvera migrate` where no worker runs: the command does the work itself. */
describe('finvera migrate', () => {
  const SIZE = 4;
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await givenFleet(SIZE);
  }, 60_000);

  const finvera = async (...args: string[]) => {
    const command = fleet.platform.startCli('migrate', ...args);
    const { code } = await command.ended;
    return {
      code,
      json: args.includes('--json') && code !== 1 ? JSON.parse(command.printed) : undefined,
      output: command.output,
    };
  };

  it('checks this release’s migrations', async () => {
    expect(await finvera('check', '--json')).toMatchObject({ code: 0, json: [] });
  });

  it('plans without doing', async () => {
    const { code, json } = await finvera('--dry-run', '--json', '--waves', '1,rest');
    expect([code, json.tenants_total, json.waves]).toEqual([0, SIZE, [1, SIZE - 1]]);
    expect((await finvera('--dry-run')).output).toContain('instant: ALTER TABLE ledgers ADD COLUMN region');
  });

  it('refuses what the route refuses, in the same words', async () => {
    expect(await finvera('--waves', 'half')).toMatchObject({
      code: 1,
      output: expect.stringContaining('wave_sizes must be'),
    });
  });

  it('does it, tells of failures by its exit code, and finishes when they are resolved', async () => {
    const [poisoned] = fleet.tenants;
    await fleet.poison(poisoned!);
    const first = await finvera('--json', '--stop-after-failures', '9');
    expect(first).toMatchObject({ code: 2, json: [{ status: 'incomplete', counts: { done: SIZE - 1, failed: 1 } }] });
    expect(await finvera('laggards', '--json')).toMatchObject({ code: 2, json: [{ subdomain: poisoned!.subdomain }] });
    await fleet.cure(poisoned!);
    expect(await finvera('resolve', poisoned!.subdomain, '--json')).toMatchObject({
      code: 0,
      json: [{ status: 'succeeded' }],
    });
    expect(await finvera('--json')).toMatchObject({ code: 0, json: [{ status: 'succeeded', tenants_total: 0 }] });
  });

  it('finds databases that are not what their version says', async () => {
    const [changed] = fleet.tenants;
    await fleet.platform.sql('ALTER TABLE ledgers DROP COLUMN region, ADD COLUMN extra INT NULL', [], changed!.dbName);
    const { code, json } = await finvera(
      'verify',
      '--json',
      '--companies',
      `${changed!.subdomain},${fleet.tenants[1]!.id}`,
    );
    expect([code, json.length, json[0].schema_version]).toEqual([2, 1, NEWER]);
    expect(json[0].differences).toEqual([
      expect.stringMatching(/^- table ledgers: column .*region/),
      expect.stringMatching(/^\+ table ledgers: column .*extra/),
    ]);
    await fleet.platform.sql(
      'ALTER TABLE ledgers DROP COLUMN extra, ADD COLUMN region VARCHAR(40) NULL',
      [],
      changed!.dbName,
    );
  });

  it('asks before it goes back, and rehearses the way forward', async () => {
    const rollouts = await fleet.platform.sql<{ id: string }>(
      'SELECT id FROM migration_rollouts ORDER BY created_at LIMIT 1',
    );
    expect(await finvera('rollback', rollouts[0]!.id)).toMatchObject({
      code: 1,
      output: expect.stringContaining('--yes'),
    });
    expect(await finvera('rollback', rollouts[0]!.id, '--yes', '--json')).toMatchObject({
      code: 0,
      json: [{ status: 'rolled_back' }],
    });
    expect([...(await fleet.versions()).values()]).toEqual(Array(SIZE).fill('old'));
    expect(await finvera('rehearse', fleet.tenants[0]!.subdomain, '--json')).toMatchObject({
      code: 0,
      json: [{ statements: [{ way: 'instant' }, { step: 2 }, { way: 'in place' }] }],
    });
    expect([...(await fleet.versions()).values()]).toEqual(Array(SIZE).fill('old'));
  });
});
