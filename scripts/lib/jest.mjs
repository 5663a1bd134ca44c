import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { say } from './say.mjs';

/**
 * Runs Jest against the given servers, and closes with what it counted.
 * @param {{ database: { host: string, port: number, user: string, password: string }, redisUrl: string, folder: string, args: readonly string[] }} options
 * @returns {Promise<number>} Jest's exit code
 */
export async function runJest({ database, redisUrl, folder, args }) {
  const report = join(folder, 'report.json');
  const env = {
    ...process.env,
    TEST_DB_HOST: database.host,
    TEST_DB_PORT: String(database.port),
    TEST_DB_USER: database.user,
    TEST_DB_PASSWORD: database.password,
    TEST_REDIS_URL: redisUrl,
  };
  const jest = [
    '--experimental-vm-modules',
    '--no-warnings=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--json',
    `--outputFile=${report}`,
    ...args,
  ];
  const child = spawn(process.execPath, jest, { cwd: ROOT, env, stdio: 'inherit' });
  const code = await new Promise((resolve) => child.on('close', (status) => resolve(status ?? 1)));
  if (existsSync(report)) summarize(JSON.parse(readFileSync(report, 'utf8')), code);
  return code;
}

function summarize({ numPassedTests, numFailedTests, numPendingTests, testResults }, code) {
  const skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'pending');
  for (const { fullName } of skipped) say(`skipped: ${fullName}`);
  if (numFailedTests === 0 && code !== 0) say('a test file could not be run');
  say(`finvera: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
