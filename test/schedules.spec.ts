import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { givenOwnRedis, type OwnRedis } from './support/own-redis.js';
import { givenPlatform, type Platform } from './support/platform.js';
import { AppProcess, until } from './support/process.js';

const SCHEDULER = fileURLToPath(new URL('./support/schedules/scheduler.mjs', import.meta.url));

interface Run {
  id: string;
  status: string;
  attempts: number;
  process: string;
  [field: string]: unknown;
}

let platform: Platform;
let redis: OwnRedis;
let secondWorker: AppProcess;

beforeAll(async () => {
  redis = await givenOwnRedis();
  platform = await givenPlatform({ env: { REDIS_URL: redis.url, ARCHIVE_INACTIVE_AFTER_DAYS: '365' } });
  secondWorker = new AppProcess('worker', platform.env);
}, 120_000);

afterAll(async () => {
  await secondWorker.stop();
  await platform.stop();
  await redis.stop();
});

const ask = async (name: string): Promise<Run> => {
  const { status, body, text } = await platform.admin.post(`/api/admin/schedules/${name}/run`);
  expect([status, text]).toEqual([202, expect.any(String)]);
  return body.data.run;
};

const runOf = async (name: string, { id }: Run): Promise<Run> =>
  (await platform.admin.get(`/api/admin/schedules/${name}/runs/${id}`)).body.data.run;

const ended = (name: string, run: Run) =>
  until(
    async () => {
      const now = await runOf(name, run);
      return now.status !== 'queued' && now.status !== 'running' && now;
    },
    `a run of ${name} ends\n${platform.worker!.output.slice(-1_000)}`,
  );

describe('schedules', () => {
  it('are listed with when they are due; a run that is asked for is done by one worker and recorded with its figures', async () => {
    const { body } = await platform.admin.get('/api/admin/schedules');
    const schedules = new Map<string, Record<string, unknown>>(
      body.data.schedules.map((schedule: { name: string }) => [schedule.name, schedule]),
    );
    expect([...schedules.keys()].sort()).toEqual([
      'audit-log', 'backups', 'census', 'company-news', 'domains', 'due-vouchers', 'grace-deletions', 'idle-connections', 'inactive-tenants', 'master-backup', 'reconciler', 'resume-imports', 'retention', 'server-loads', 'storage', 'sweep-attachments', 'verify-backups', 'warm-databases',
    ]); // biome-ignore format: a list
    expect(schedules.get('storage')).toMatchObject({
      every_seconds: 3_600,
      next_run_at: expect.stringMatching(/:00:00/),
    });
    expect(schedules.get('inactive-tenants')).toMatchObject({ next_run_at: expect.stringMatching(/T02:00:00/) });
    await platform.givenTenant();
    for (const name of schedules.keys()) {
      const run = await ask(name);
      expect(run).toMatchObject({ schedule: name, requested_by: platform.env.ADMIN_EMAIL, due_at: null });
      const end = await ended(name, run);
      expect(end).toMatchObject({ status: 'succeeded', error: null, attempts: 1, duration_ms: expect.any(Number) });
      expect([name, Object.keys(end.result as object).length > 0]).toEqual([name, true]);
    }
    const [storage] = (await platform.admin.get('/api/admin/schedules/storage/runs?status=succeeded')).body.data.runs;
    expect(storage).toMatchObject({ result: { tenants_measured: 1 }, process: expect.stringMatching(/:\d+$/) });
    const { result } = (await platform.admin.get('/api/admin/schedules/idle-connections/runs?status=succeeded')).body
      .data.runs[0];
    expect([2, 3]).toContain(result.processes_asked); // API and workers, the second of which may still be starting
    const after = (await platform.admin.get('/api/admin/schedules')).body.data.schedules;
    for (const { last_run } of after) expect(['succeeded', 'running', 'queued']).toContain(last_run.status); // the clock runs on
    const audit = await platform.admin.get('/api/admin/audit-log?action=schedule.run_requested');
    expect(audit.body.data.entries).toHaveLength(schedules.size);
  });

  it('what has come due in companies is posted by the clock, and held up by nobody', async () => {
    const [acme, poor] = [await platform.givenTenant(), await platform.givenTenant()];
    for (const { user } of [acme, poor]) {
      await user.post('/api/ledgers', { name: 'Sales', group: 'Sales Accounts' });
      const made = await user.post('/api/voucher-templates', {
        name: 'Rent',
        voucher: {
          voucher_type: 'Receipt',
          entries: [
            { ledger: 'Cash', debit: '1.00' },
            { ledger: 'Sales', credit: '1.00' },
          ],
        },
        schedule: { frequency: 'monthly', start_date: new Date().toISOString().slice(0, 10) },
      });
      expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    }
    await platform.admin.post(`/api/admin/tenants/${poor.id}/suspend`, { reason: 'Non-payment' });
    await platform.sql('RENAME TABLE vouchers TO gone', [], platform.tenants[0]!.dbName);
    const { result } = await ended('due-vouchers', await ask('due-vouchers'));
    await platform.sql('RENAME TABLE gone TO vouchers', [], platform.tenants[0]!.dbName);
    expect(result).toEqual({ companies: 1, companies_failed: 1, recurred: 1, posted: 0, refused: 0 });
    expect((await acme.user.get('/api/vouchers')).body.data.vouchers).toHaveLength(1);
    expect((await ended('due-vouchers', await ask('due-vouchers'))).result).toMatchObject({
      companies: 2,
      recurred: 0,
    });
  });

  it('imports whose process is gone go on', async () => {
    const acme = await platform.givenTenant();
    const raw = 'Ledger,Group,Opening Balance\nVan,Fixed Assets,900.00 Dr\n';
    const staged = await acme.user.post('/api/imports', undefined, { raw, headers: { 'content-type': 'text/csv' } });
    const { id } = staged.body.data.import;
    const actor = JSON.stringify({ id: '1', name: 'clerk', kind: 'company', requestId: 'gone' });
    await platform.sql("UPDATE book_imports SET status = 'running', actor = ?", [actor], acme.dbName);
    const { result } = await ended('resume-imports', await ask('resume-imports'));
    expect(result).toMatchObject({ imports_resumed: 1, companies_failed: 0 });
    expect((await acme.user.get(`/api/imports/${id}`)).body.data.import).toMatchObject({
      status: 'succeeded',
      counts: { ledger: { done: 1 }, opening: { done: 1 } },
    });
  });

  it('an unknown one is 404, and nothing is recorded', async () => {
    expect(await platform.admin.post('/api/admin/schedules/none/run')).toMatchObject({
      status: 404,
      body: { code: 'schedule_not_found' },
    });
    expect(await platform.admin.get('/api/admin/schedules/storage/runs/none')).toMatchObject({
      status: 404,
      body: { code: 'schedule_run_not_found' },
    });
    expect(await platform.sql("SELECT 1 FROM schedule_runs WHERE schedule = 'none'")).toEqual([]);
  });

  it('what fails is recorded as failed, with a sentence and no SQL; the command says so in its exit code', async () => {
    await platform.sql('RENAME TABLE idempotency_keys TO elsewhere');
    const command = platform.startCli('schedules', 'run', 'retention', '--json');
    const { code } = await command.ended;
    await platform.sql('RENAME TABLE elsewhere TO idempotency_keys');
    const [run] = JSON.parse(command.printed);
    expect([code, run.status, run.error]).toEqual([1, 'failed', expect.stringContaining('the log')]);
    expect(run.error).not.toContain('idempotency_keys');
    const again = JSON.parse(await platform.cli('schedules', 'run', 'retention', '--json'));
    expect(again[0]).toMatchObject({
      status: 'succeeded',
      requested_by: expect.stringContaining('finvera schedules run'),
    });
    expect(await platform.cli('schedules', 'list')).toMatch(/retention +3600 .* succeeded/);
    const { schedules } = (await platform.admin.get('/api/admin/schedules')).body.data;
    expect(JSON.parse(await platform.cli('schedules', 'list', '--json'))).toHaveLength(schedules.length);
  });

  it('a worker killed in the midst of a run: the other takes the run over, and it is done', async () => {
    await platform.sql(
      "INSERT INTO idempotency_keys (idempotency_key, route, body_hash, created_at) VALUES ('old', 'r', '', DATE_SUB(NOW(), INTERVAL 73 HOUR))",
    );
    const held = await platform.connect();
    await held.beginTransaction();
    await held.query("SELECT 1 FROM idempotency_keys WHERE idempotency_key = 'old' FOR UPDATE");
    const run = await ask('retention');
    const { process: at } = await until(async () => {
      const now = await runOf('retention', run);
      return now.status === 'running' && now;
    }, 'a worker has begun');
    const victim = at.endsWith(`:${secondWorker.pid}`) ? secondWorker : platform.worker!;
    expect(at).toMatch(new RegExp(`:${victim.pid}$`));
    await victim.kill();
    await until(async () => (await runOf('retention', run)).attempts === 2, 'the other goes on');
    await held.rollback();
    await held.end();
    expect(await ended('retention', run)).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(await platform.sql("SELECT 1 FROM idempotency_keys WHERE idempotency_key = 'old'")).toEqual([]);
    const revived = new AppProcess('worker', platform.env);
    if (victim === secondWorker) secondWorker = revived;
    else platform.worker = revived;
  });

  it('with Redis away, and emptied, runs are done all the same', async () => {
    redis.kill();
    expect(await ended('storage', await ask('storage'))).toMatchObject({ status: 'succeeded' });
    expect((await ended('idle-connections', await ask('idle-connections'))).result).toEqual({ processes_asked: 0 });
    await redis.revive(); // with nothing in it
    expect(await ended('storage', await ask('storage'))).toMatchObject({ status: 'succeeded' });
  });

  it('an audit log that somebody changed makes its nightly run fail, which says where', async () => {
    await platform.sql('DROP TRIGGER audit_log_no_change');
    await platform.sql("UPDATE audit_log SET actor_name = 'nobody' WHERE id = 2");
    expect(await ended('audit-log', await ask('audit-log'))).toMatchObject({
      status: 'failed',
      error: 'The audit log is not sound: entry 2 is not what was written.',
    });
  });

  it('old runs and operations go, unfinished ones never', async () => {
    await Promise.all([platform.worker!.stop(), secondWorker.stop()]);
    await platform.sql('UPDATE schedule_runs SET created_at = DATE_SUB(NOW(), INTERVAL 31 DAY) WHERE schedule = ?', [
      'census',
    ]);
    await platform.sql(
      "INSERT INTO schedule_runs (id, schedule, status, requested_by, created_at) VALUES ('waiting', 'gone', 'running', 'x', DATE_SUB(NOW(), INTERVAL 90 DAY))",
    );
    await platform.sql(
      'UPDATE tenant_operations SET created_at = DATE_SUB(NOW(), INTERVAL 400 DAY), finished_at = DATE_SUB(NOW(), INTERVAL 400 DAY)',
    );
    const [{ n }] = (await platform.sql<{ n: string }>('SELECT COUNT(*) AS n FROM tenant_operations')) as [
      { n: string },
    ];
    const [ended] = JSON.parse(await platform.cli('retention', '--json'));
    expect(ended).toMatchObject({ operations: Number(n), schedule_runs: 1 });
    expect(await platform.sql('SELECT id FROM tenant_operations')).toEqual([]);
    expect(await platform.sql("SELECT schedule FROM schedule_runs WHERE schedule IN ('census', 'gone')")).toEqual([
      { schedule: 'gone' },
    ]);
  });
});

describe('two schedulers with clocks that run fast', () => {
  const SCHEDULES = 10;
  const TICKS = Number(process.env.SCHEDULE_TICKS ?? 2_000) / SCHEDULES;

  const scheduler = (name: string) =>
    new Promise<{ code: number | null; output: string }>((resolve) => {
      const child = spawn(process.execPath, [SCHEDULER], {
        env: {
          ...process.env,
          ...platform.env,
          NAME: name,
          SCHEDULES: String(SCHEDULES),
          TICKS: String(TICKS),
          EVERY_MS: '60000',
          FIRST_TICK_MS: '1900000020000',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk;
      });
      child.stderr.on('data', (chunk: Buffer) => {
        output += chunk;
      });
      child.once('close', (code) => resolve({ code, output }));
    });

  it('of two thousand ticks (`npm run ticks:schedules`: ten thousand) none is lost and none is done twice', async () => {
    await platform.sql('DELETE FROM schedule_runs');
    await platform.sql(
      'CREATE TABLE done (id BIGINT AUTO_INCREMENT PRIMARY KEY, schedule VARCHAR(40) NOT NULL, process VARCHAR(10) NOT NULL, ended TINYINT NOT NULL DEFAULT 0)',
    );
    const ends = await Promise.all([scheduler('one'), scheduler('two')]);
    expect(ends.map(({ code, output }) => [code, code === 0 ? '' : output])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const enqueued = ends.map(({ output }) => JSON.parse(output).enqueued as number);
    expect(enqueued[0]! + enqueued[1]!).toBe(SCHEDULES * TICKS);
    const perSchedule = await platform.sql<{ ticks: string; minutes: string }>(
      `SELECT COUNT(DISTINCT due_at) AS ticks, TIMESTAMPDIFF(MINUTE, MIN(due_at), MAX(due_at)) AS minutes
         FROM schedule_runs GROUP BY schedule`,
    );
    expect(perSchedule).toHaveLength(SCHEDULES);
    for (const { ticks, minutes } of perSchedule) expect([Number(ticks), Number(minutes)]).toEqual([TICKS, TICKS - 1]);
    const [runs] = await platform.sql<Record<string, string>>(
      `SELECT COUNT(*) AS ticks, SUM(status = 'succeeded') AS succeeded, SUM(status = 'skipped') AS skipped, MAX(attempts) AS attempts FROM schedule_runs`,
    );
    const [done] = await platform.sql<Record<string, string>>(
      `SELECT COUNT(*) AS done, SUM(ended) AS ended, COUNT(DISTINCT process) AS processes FROM done`,
    );
    expect(Number(runs!.succeeded) + Number(runs!.skipped)).toBe(SCHEDULES * TICKS);
    expect(Number(runs!.attempts)).toBe(1);
    expect(Number(done!.done)).toBe(Number(runs!.succeeded)); // each run that was not covered by a waiting one: once
    expect(Number(done!.ended)).toBe(Number(done!.done));
    expect(Number(done!.processes)).toBe(2);
    // a tick is skipped only when a run that does its work began after it was due
    const [doubtful] = await platform.sql<{ n: string }>(
      `SELECT COUNT(*) AS n FROM schedule_runs s WHERE s.status = 'skipped' AND NOT EXISTS
        (SELECT 1 FROM schedule_runs r WHERE r.schedule = s.schedule AND r.status = 'succeeded' AND r.due_at < s.due_at)`,
    );
    expect(Number(doubtful!.n)).toBe(0);
    process.stdout.write(
      `\n${SCHEDULES * TICKS} ticks: ${runs!.succeeded} run, ${runs!.skipped} covered by a run that waited\n`,
    );
  }, 120_000);
});
