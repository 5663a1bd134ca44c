import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { given } from './runtime.mjs';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

const FOLDER = join(ROOT, 'apps/dashboard');

/** Builds the dashboard when it is missing; the API serves it as soon as it is there. Never a reason to fail. */
export async function buildDashboard(url) {
  if (given('NO_DASHBOARD') || existsSync(join(FOLDER, 'dist/index.html')) || !existsSync(join(FOLDER, 'package.json')))
    return;
  say('\n(building the dashboard in the background …)');
  try {
    await run('nice', ['npm', '--prefix', FOLDER, 'ci', '--no-audit', '--no-fund']);
    await run('nice', ['npm', '--prefix', FOLDER, 'run', '-s', 'build']);
    say(`(the dashboard is there: ${url}/admin/)`);
  } catch (error) {
    say(`(the dashboard could not be built; all else works. ${error.message.split('\n')[0]})`);
  }
}
