// npm run soak: random work of many companies while database servers and Redis are killed and revived, all the time
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { main, sayOnStderr, sentence } from '../../scripts/lib/say.mjs';
import { endAllStarted } from '../../scripts/lib/started.mjs';
import { makeCompanies } from './companies.mjs';
import { FaultLog } from './fault-log.mjs';
import { startPlatform } from './platform.mjs';
import { printTable } from './print-table.mjs';
import { startServers } from './soak-servers.mjs';
import { breakThings, suspendAndReactivate } from './soak-trouble.mjs';
import { soakTraffic } from './soak-traffic.mjs';
import { checkStored, newState } from './traffic.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seconds: { type: 'string' },
    companies: { type: 'string', default: '24' },
    clients: { type: 'string', default: '12' },
    json: { type: 'boolean', default: false },
  },
});
const PROCESSES = 2;
const POOL_IDLE_MS = 500;
/** Until idle connections are closed: their time, the sweep, and the server's own. */
const DRAIN_MS = POOL_IDLE_MS + 2_500;
/** First of all everything happens once, so that what is loaded and compiled only then does not look like a leak. */
const WARM_UP_SHARE = 0.25;
const HEAP_GROWTH_MAX = 0.1;
const HEAP_GROWTH_FREE_MB = 10;
const CONNECTION_GROWTH_MAX = 2;
const SAMPLES = 20;
const SAMPLE_EVERY_MIN_MS = 2_000;
const FAULTS_SHOWN = 20;

const runMs = values.seconds === undefined ? positive('minutes') * 60_000 : positive('seconds') * 1_000;
const folder = process.env.LOAD_FOLDER ?? mkdtempSync(join(tmpdir(), 'finvera-soak-'));

main(async () => {
  sayOnStderr();
  const servers = await startServers(folder);
  const platform = await startPlatform({
    database: servers.databases[0].address,
    redisUrl: servers.redis.url,
    env: { MAX_TENANT_CONNECTIONS: String(Math.ceil((positive('companies') * 2) / 3)), TENANT_POOL_IDLE_MS: String(POOL_IDLE_MS) },
  }); // biome-ignore format: one call
  try {
    process.exitCode = await soak(servers, platform);
  } catch (error) {
    // said here: what comes after the end of all that was started is taken for a consequence of it
    say(sentence(error));
    process.exitCode = 1;
  } finally {
    await platform.stop();
    await endAllStarted();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function soak(servers, platform) {
  const apis = await Promise.all(Array.from({ length: PROCESSES }, () => platform.startApi()));
  const token = await platform.signIn(apis[0]);
  const companies = await makeOnBothServers(platform, servers, { api: apis[0], token });
  await servers.locate(companies);
  const state = newState(companies);
  const log = new FaultLog();
  const traffic = soakTraffic({ apis, companies, state, log, servers, clients: positive('clients') });
  const trouble = { apis, token, companies, servers, log };

  say(`warming up: ${companies.length} companies on ${servers.databases.length} servers`);
  await traffic.during(() => breakThings(trouble, { untilMs: performance.now() + runMs * WARM_UP_SHARE, atLeast: 1 }));
  await sleep(DRAIN_MS);
  const start = await gauge(apis, servers);
  const heaps = [start.heap_mb];
  say(`soaking for ${Math.round((runMs * (1 - WARM_UP_SHARE)) / 1000)} s`);
  const untilMs = performance.now() + runMs * (1 - WARM_UP_SHARE);
  const sampling = new AbortController();
  const sampled = sample(apis, sampling.signal, (heap) => {
    heaps.push(heap);
    say(`${traffic.requests()} requests, ${log.breaks} breaks, heap ${heap} MB`);
  });
  await traffic.during(() =>
    Promise.all([breakThings(trouble, { untilMs, atLeast: 1 }), suspendAndReactivate(trouble, { untilMs })]),
  );
  sampling.abort();
  await sampled;
  await sleep(DRAIN_MS);
  const end = await gauge(apis, servers);

  const stored = await checkStored(state, servers.narrationsOf);
  const faults = [...traffic.faults, ...stored.faults, ...growth(start, end)];
  for (const [index, api] of apis.entries()) if (api.hasEnded()) faults.push(`API ${index} ended:\n${api.output()}`);
  const result = {
    seconds: runMs / 1000,
    requests: traffic.requests(),
    answers: Object.fromEntries([...traffic.answers].sort()),
    breaks: log.breaks,
    suspensions: log.suspensions,
    vouchers_acknowledged: stored.acknowledged,
    vouchers_stored: stored.stored,
    heaps_mb: heaps,
    start,
    end,
    faults: faults.slice(0, FAULTS_SHOWN),
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else print(result);
  if (!values.json) process.stdout.write(faults.length === 0 ? 'sound\n' : `${faults.length} faults\n`);
  return faults.length === 0 ? 0 : 1;
}

/** Half of the companies on each server. */
async function makeOnBothServers({ settings }, servers, { api, token }) {
  const first = Math.floor(positive('companies') / 2);
  const made = await makeCompanies(api, { token, count: first, prefix: 'soaka' });
  await servers.addSecondServer(settings);
  await servers.takeNewCompanies(settings, { first: false });
  made.push(...(await makeCompanies(api, { token, count: positive('companies') - first, prefix: 'soakb' })));
  await servers.takeNewCompanies(settings, { first: true });
  return made;
}

/** What must be flat: measured when nobody asks anything and idle connections are closed. Heap after a collection. */
async function gauge(apis, servers) {
  const gauges = await Promise.all(apis.map((api) => api.gauge()));
  const resources = {};
  for (const name of gauges.flatMap((one) => one.resources)) resources[name] = (resources[name] ?? 0) + 1;
  return { heap_mb: megabytes(gauges), ...resources, ...(await servers.connections()) };
}

/** One after the other: a collection stops the process, and asked for faster than a busy machine does them they stop it for good. */
async function sample(apis, signal, tell) {
  const everyMs = Math.max(runMs / SAMPLES, SAMPLE_EVERY_MIN_MS);
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) tell(await heapOf(apis));
  }
}

const heapOf = async (apis) => megabytes(await Promise.all(apis.map((api) => api.gauge())));

const megabytes = (gauges) => {
  const bytes = gauges.reduce((sum, { heapUsed }) => sum + heapUsed, 0);
  return Math.round((bytes / 2 ** 20) * 100) / 100;
};

function growth(start, end) {
  const allowed = Math.max(HEAP_GROWTH_FREE_MB, start.heap_mb * HEAP_GROWTH_MAX);
  const faults = [];
  if (end.heap_mb > start.heap_mb + allowed)
    faults.push(`the heap grew from ${start.heap_mb} to ${end.heap_mb} MB, more than ${allowed} MB`);
  for (const [name, count] of Object.entries(end))
    if (name !== 'heap_mb' && count > (start[name] ?? 0) + CONNECTION_GROWTH_MAX)
      faults.push(`${name} grew from ${start[name] ?? 0} to ${count}`);
  return faults;
}

function print({ answers, start, end, faults, heaps_mb, ...figures }) {
  printTable([['answer', 'times'], ...Object.entries(answers)]);
  process.stdout.write('\n');
  printTable([['figure', 'value'], ...Object.entries(figures), ['heaps_mb', heaps_mb.join(' ')]]);
  process.stdout.write('\n');
  printTable([
    ['of all processes', 'start', 'end'],
    ...Object.keys(end).map((name) => [name, start[name] ?? 0, end[name]]),
  ]);
  for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`);
}

function positive(name) {
  const value = Number(values[name]);
  if (value > 0) return value;
  process.stderr.write(`--${name} must be a number above 0\n`);
  process.exit(2);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
