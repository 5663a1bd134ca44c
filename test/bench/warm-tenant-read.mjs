import autocannon from 'autocannon';
import { DATABASE, freePort, median } from './platform.mjs';
import { fork } from 'node:child_process';

const CLIENTS = 16;
const ROWS = 20;
const GOAL = 0.6;
const WARMING = 8;

/** 20 ledgers of a warm tenant through the whole pipeline, against bare Fastify + mysql2 `execute` in a process of its own. */
export async function warmTenantRead(platform, { runs, seconds }) {
  const tenant = await platform.givenTenant();
  for (let made = 2; made < ROWS; made += 1)
    await platform.send('POST', '/api/ledgers', tenant.token, { name: `Ledger ${made}`, group: 'Sundry Debtors' });
  const barePort = await freePort();
  const bare = fork(new URL('bare-server.mjs', import.meta.url), [
    JSON.stringify({ ...DATABASE, database: tenant.db_name, listen: barePort }),
  ]);
  await new Promise((resolve) => bare.once('message', resolve));
  const ours = {
    url: `${platform.url}/api/ledgers?limit=${ROWS}`,
    headers: { authorization: `Bearer ${tenant.token}` },
  };
  const reference = { url: `http://127.0.0.1:${barePort}/ledgers` };
  const rate = async (target) => {
    const { requests, non2xx, errors } = await autocannon({ ...target, connections: CLIENTS, duration: seconds });
    if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests to ${target.url} failed`);
    return requests.average;
  };
  const pairs = [];
  // until the compiler has seen enough of both
  for (let warming = 0; warming < WARMING; warming += seconds) {
    await rate(ours);
    await rate(reference);
  }
  for (let run = 0; run < runs; run += 1) pairs.push([await rate(ours), await rate(reference)]);
  bare.kill();
  const ratio = median(pairs.map(([a, b]) => a / b));
  return [
    {
      name: 'warm tenant read, whole pipeline, 20 rows',
      ours: median(pairs.map(([a]) => a)),
      reference: median(pairs.map(([, b]) => b)),
      ratio,
      goal: `>= ${GOAL}`,
      met: ratio >= GOAL,
      runs,
      unit: 'requests/s',
    },
  ];
}
