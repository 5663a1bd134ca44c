import { fork } from 'node:child_process';
import { expectOk } from '../load/platform.mjs';
import { median, quantile } from './platform.mjs';

const PATH = '/api/ledgers?limit=20';
const NOISY_CLIENTS = 500;
const QUIET_CLIENTS = 4;
const GOAL = 2;
const WARMING_S = 3;

/** p99 of a company's reads alone, and while another company has 500 clients that never pause, of which all but five wait. */
export async function noisyNeighbour(platform, { runs, seconds }) {
  const [quiet, noisy] = await platform.companies(2);
  const api = await platform.startApi();
  const pairs = [];
  try {
    const noise = await startNoise(api, noisy);
    await noise.during(() => p99(api, quiet, WARMING_S));
    for (let run = 0; run < runs; run += 1) {
      const alone = await p99(api, quiet, seconds);
      pairs.push([await noise.during(() => p99(api, quiet, seconds)), alone]);
    }
    await noise.stop();
  } finally {
    await api.stop();
  }
  const ratio = median(pairs.map(([loud, alone]) => loud / alone));
  return [
    {
      name: `p99 of a quiet tenant beside one with ${NOISY_CLIENTS} requests, against alone`,
      ours: median(pairs.map(([loud]) => loud)),
      reference: median(pairs.map(([, alone]) => alone)),
      ratio,
      goal: `<= ${GOAL}`,
      met: ratio <= GOAL,
      runs,
      unit: 'ms',
    },
  ];
}

async function p99(api, { host, token }, seconds) {
  const times = [];
  const untilMs = performance.now() + seconds * 1_000;
  const client = async () => {
    while (performance.now() < untilMs) {
      const started = performance.now();
      expectOk(await api.call({ path: PATH, host, token }), 'a quiet read');
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: QUIET_CLIENTS }, client));
  return quantile(times, 0.99);
}

/** In a process of its own, so that it does not disturb the clock of the quiet one more than any other machine would. */
async function startNoise({ url }, { host, token }) {
  const request = { url: `${url}${PATH}`, headers: { host, authorization: `Bearer ${token}` } };
  const child = fork(new URL('noise.mjs', import.meta.url), [
    JSON.stringify({ ...request, connections: NOISY_CLIENTS }),
  ]);
  const told = () => new Promise((resolve) => child.once('message', resolve));
  return {
    async during(work) {
      const loud = told();
      child.send('start');
      await loud;
      const result = await work();
      const quiet = told();
      child.send('stop');
      const { served, failed } = await quiet;
      if (served === 0 || failed > 0) throw new Error(`the noise: ${served} served, ${failed} failed`);
      return result;
    },
    async stop() {
      child.kill();
    },
  };
}
