import { parseArgs } from 'node:util';
import { cachedTenantHeap } from './cached-tenant-heap.mjs';
import { givenBenchPlatform } from './platform.mjs';
import { provisioning } from './provisioning.mjs';
import { warmTenantRead } from './warm-tenant-read.mjs';

/**
 * @typedef {{ name: string, ours: number, reference: number, ratio: number, goal: string, met: boolean, runs: number, unit: string }} Result
 */

const { values: options } = parseArgs({ options: { json: { type: 'boolean' }, quick: { type: 'boolean' } } });
const settings = options.quick ? { runs: 2, seconds: 1 } : { runs: 5, seconds: 4 };

const platform = await givenBenchPlatform();
/** @type {Result[]} */
const results = [];
try {
  for (const measure of [warmTenantRead, provisioning, cachedTenantHeap]) {
    process.stderr.write(`measuring ${measure.name} …\n`);
    results.push(...(await measure(platform, settings)));
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
      result.met ? 'yes' : 'NO',
      String(result.runs),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd()}\n`,
    );
}

function round(value) {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}
