import { parseArgs } from 'node:util';
import { printTable } from '../load/print-table.mjs';
import { backups } from './backups.mjs';
import { booksPosting } from './books-posting.mjs';
import { booksReports } from './books-reports.mjs';
import { cachedTenantHeap } from './cached-tenant-heap.mjs';
import { coldTenant } from './cold-tenant.mjs';
import { manyTenants } from './many-tenants.mjs';
import { noisyNeighbour } from './noisy-neighbour.mjs';
import { givenBenchPlatform } from './platform.mjs';
import { provisioning } from './provisioning.mjs';
import { rollout } from './rollout.mjs';
import { tenThousandTenants } from './ten-thousand-tenants.mjs';
import { thousandTenants } from './thousand-tenants.mjs';
import { warmTenantRead } from './warm-tenant-read.mjs';

/**
 * @typedef {{ name: string, ours: number, reference: number, ratio: number, goal: string, met: boolean | null, runs: number, unit: string }} Result
 */

/** Each by the name that `--only` takes. */
const MEASURES = {
  'warm-read': warmTenantRead,
  'thousand-tenants': thousandTenants,
  'cold-tenant': coldTenant,
  'noisy-neighbour': noisyNeighbour,
  'cached-tenant': cachedTenantHeap,
  'ten-thousand': tenThousandTenants,
  creating: provisioning,
  lists: manyTenants,
  rollout,
  'books-posting': booksPosting,
  'books-reports': booksReports,
  backups,
};

const { values: options } = parseArgs({
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, only: { type: 'string', multiple: true } },
});
const settings = options.quick
  ? { runs: 2, seconds: 1, tenants: 100, cached: 1_000, entries: 200_000 }
  : { runs: 5, seconds: 4, tenants: 1_000, cached: 10_000, entries: 10_000_000 };
const unknown = (options.only ?? []).filter((name) => !(name in MEASURES));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no measure ${unknown.join(', ')}; --only takes one of ${Object.keys(MEASURES).join(', ')}\n`,
  );
  process.exit(2);
}

const platform = await givenBenchPlatform();
/** @type {Result[]} */
const results = [];
try {
  for (const name of options.only ?? Object.keys(MEASURES)) {
    process.stderr.write(`measuring ${name} …\n`);
    results.push(...(await MEASURES[name](platform, settings)));
  }
} finally {
  await platform.stop();
}

if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
else {
  const rows = [
    ['what', 'ours', 'reference', 'ratio', 'goal', 'met', 'runs'],
    ...results.map((result) => [
      result.name,
      `${round(result.ours)} ${result.unit}`,
      `${round(result.reference)} ${result.unit}`,
      result.ratio.toFixed(3),
      result.goal,
      result.met === null ? '-' : result.met ? 'yes' : 'NO',
      String(result.runs),
    ]),
  ];
  printTable(rows);
}

function round(value) {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}
