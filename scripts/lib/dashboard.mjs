import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { given } from './runtime.mjs';
import { say } from './say.mjs';
import { isEnding } from './started.mjs';

const FOLDER = join(ROOT, 'apps/dashboard');

/** Builds the dashboard when it is missing; the API serves it as soon as it is there. Never a reason to fail. */
export async function buildDashboard(url) {
  if (given('NO_DASHBOARD') || existsSync(join(FOLDER, 'dist/index.html')) || !existsSync(join(FOLDER, 'package.json')))
    return;
  say('\n(building the dashboard in the background …)');
  const npm = (...args) => run('nice', ['npm', '--prefix', FOLDER, ...args], { what: `npm ${args[0]}` });
  try {
    await npm('ci', '--include=dev', '--no-audit', '--no-fund');
    await npm('run', '-s', 'build');
    say(`(the dashboard is there: ${url}/admin/)`);
  } catch (error) {
    if (!isEnding()) say(`(the dashboard could not be built; all else works. ${error.message.split('\n')[0]})`);
  }
}
