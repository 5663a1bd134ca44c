import autocannon from 'autocannon';
import { median } from './platform.mjs';

const CLIENTS = 16;
const GOAL = 0.85;
const PATH = '/api/ledgers?limit=20';
const SPARE = 200;
const WARMING_S = 4;

/**
 * The warm read of 20 ledgers over many companies at random, against the same read of one company, both in one process
 * whose cache and connections are set to hold them all; then with the connections that are set when nothing is said.
 */
export async function thousandTenants(platform, { runs, seconds, tenants }) {
  const companies = await platform.companies(tenants);
  const room = { MAX_TENANT_CONNECTIONS: String(tenants + SPARE) };
  const all = await ratesOf(platform, companies, { ...room, SERVER_CONNECTION_BUDGET: String(tenants + SPARE) }, { runs, seconds });
  const few = await ratesOf(platform, companies, room, { runs, seconds });
  const result = (name, [many, one], goal) => {
    const ratio = median(many.map((rate, run) => rate / one[run]));
    return {
      name,
      ours: median(many),
      reference: median(one),
      ratio,
      goal: goal ? `>= ${goal}` : '-',
      met: goal ? ratio >= goal : null,
      runs,
      unit: 'requests/s',
    };
  };
  return [
    result(`warm read over ${tenants} tenants at random, against one tenant`, all, GOAL),
    result(`the same with the default budget of connections, fewer than tenants`, few),
  ];
} // biome-ignore format: read as a list

async function ratesOf(platform, companies, env, { runs, seconds }) {
  const api = await platform.startApi(env);
  try {
    const requests = companies.map(({ host, token }) => ({
      method: 'GET',
      path: PATH,
      headers: { host, authorization: `Bearer ${token}` },
    }));
    // the same client for both, which draws its next request from as many
    const drawnFromOne = requests.map(() => requests[0]);
    const rate = (drawn, duration) => rateOf(api.url, drawn, duration);
    await rate(requests, Math.max(WARMING_S, companies.length / 100));
    await rate(drawnFromOne, WARMING_S);
    const many = [];
    const one = [];
    for (let run = 0; run < runs; run += 1) {
      many.push(await rate(requests, seconds));
      one.push(await rate(drawnFromOne, seconds));
    }
    return [many, one];
  } finally {
    await api.stop();
  }
}

async function rateOf(url, requests, duration) {
  const setupClient = (client) => client.setRequests(shuffled(requests));
  const { requests: done, non2xx, errors } = await autocannon({ url, connections: CLIENTS, duration, setupClient });
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests failed`);
  return done.average;
}

function shuffled(list) {
  const result = [...list];
  for (let at = result.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1));
    [result[at], result[other]] = [result[other], result[at]];
  }
  return result;
}
