import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median } from './platform.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NEWER = { NODE_OPTIONS: `--import=${fileURLToPath(new URL('rollout-release.mjs', import.meta.url))}` };
const CONCURRENCY = 4;
const RATE_GOAL = 0.8;
const MEMORY_GOAL = 1.2;
const LOOK_EVERY_MS = 100;
/** Of the way: what the process holds by then it needs for any fleet. */
const EARLY = 0.2;

/**
 * A rollout of one ALTER over many companies, in one wave, against a plain loop of the same ALTER that a bare client sends
 * on as many open connections; and the worker's memory at its end, against a fifth of the way.
 */
export async function rollout(platform, { runs, tenants }) {
  const companies = await platform.companies(tenants);
  const api = await platform.startApi(NEWER);
  const worker = startWorker({ ...platform.settings, ...NEWER, RECONCILE_EVERY_MS: '1000', WORKER_LOG_FILE: '' });
  const call = async (method, path, body) => {
    const answer = await api.call({ method, path, token: platform.token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.data;
  };
  const rates = [];
  const memory = [];
  try {
    for (let run = 0; run < Math.max(2, runs - 2); run += 1) {
      const bare = await plainLoop(
        platform,
        companies,
        'ALTER TABLE ledgers ADD COLUMN area VARCHAR(40) NULL, ALGORITHM=INSTANT, LOCK=NONE',
      );
      await plainLoop(platform, companies, 'ALTER TABLE ledgers DROP COLUMN area');
      const { rollout: started } = await call('POST', '/api/admin/rollouts', {
        tenant_ids: companies.map(({ id }) => id),
        wave_sizes: ['rest'],
        concurrency_per_server: CONCURRENCY,
      });
      const grown = await watch(call, started.id, 'succeeded', worker.pid);
      rates.push([await rateOf(platform, started.id, companies.length), bare]);
      memory.push(grown);
      await call('POST', `/api/admin/rollouts/${started.id}/rollback`, {});
      await watch(call, started.id, 'rolled_back', worker.pid);
    }
  } finally {
    worker.kill('SIGTERM');
    await api.stop();
  }
  const ratio = median(rates.map(([ours, bare]) => ours / bare));
  const growth = median(memory.map(([late, early]) => late / early));
  return [
    {
      name: `rollout of one ALTER over ${companies.length} companies, against a plain loop of it`,
      ours: median(rates.map(([ours]) => ours)),
      reference: median(rates.map(([, bare]) => bare)),
      ratio,
      goal: `>= ${RATE_GOAL}`,
      met: ratio >= RATE_GOAL,
      runs: rates.length,
      unit: 'companies/s',
    },
    {
      name: 'memory of the worker at its end, against a fifth of the way',
      ours: median(memory.map(([late]) => late)),
      reference: median(memory.map(([, early]) => early)),
      ratio: growth,
      goal: `<= ${MEMORY_GOAL}`,
      met: growth <= MEMORY_GOAL,
      runs: memory.length,
      unit: 'MB',
    },
  ];
}

/** @returns companies a second */
async function plainLoop(platform, companies, statement) {
  const connections = await Promise.all(Array.from({ length: CONCURRENCY }, () => platform.connect()));
  let next = 0;
  const started = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (next < companies.length) {
        const { dbName } = companies[next++];
        await connection.query('USE ??', [dbName]);
        await connection.query(statement);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  await Promise.all(connections.map((connection) => connection.end()));
  return companies.length / seconds;
}

/** From the first company begun to the end of the rollout; before that the worker has not looked yet. */
async function rateOf(platform, id, count) {
  const master = await platform.connect(platform.settings.MASTER_DB_NAME);
  const [[{ seconds }]] = await master.query(
    `SELECT TIMESTAMPDIFF(MICROSECOND, MIN(rt.started_at), MAX(r.finished_at)) / 1000000 AS seconds
       FROM migration_rollout_tenants rt JOIN migration_rollouts r ON r.id = rt.rollout_id WHERE r.id = ?`,
    [id],
  );
  await master.end();
  return count / Number(seconds);
}

/** @returns resident memory in MB, at the end and at a fifth of the way */
async function watch(call, id, status, pid) {
  let early;
  for (;;) {
    const { rollout: now } = await call('GET', `/api/admin/rollouts/${id}`);
    if (now.progress >= EARLY * 100) early ??= residentMb(pid);
    if (now.status === status) return [residentMb(pid), early];
    if (!['running', 'rolling_back'].includes(now.status))
      throw new Error(`the rollout is ${now.status}: ${now.reason}`);
    await sleep(LOOK_EVERY_MS);
  }
}

const residentMb = (pid) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1_024;

const startWorker = (env) =>
  spawn(process.execPath, [`${ROOT}dist/apps/worker/src/main.js`], { env, stdio: ['ignore', 'ignore', 'inherit'] });
