import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { tryRun } from './run.mjs';
import { say } from './say.mjs';
import { closingLines } from './test-summary.mjs';

/**
 * Runs Jest against the given servers, and closes with what it counted.
 * @param {{ database: { host: string, port: number | string, user: string, password: string }, redisUrl: string, mysqlRoot?: string, engine?: 'mysql', folder: string, args: readonly string[] }} options
 * @returns {Promise<number>} Jest's exit code
 */
export async function runJest({ database, redisUrl, mysqlRoot, engine, folder, args }) {
  const report = join(folder, 'report.json');
  const env = {
    ...process.env,
    TEST_DB_HOST: database.host,
    TEST_DB_PORT: String(database.port),
    TEST_DB_USER: database.user,
    TEST_DB_PASSWORD: database.password,
    TEST_REDIS_URL: redisUrl,
    ...(mysqlRoot && { TEST_MYSQL_ROOT: mysqlRoot }),
    ...(engine && { TEST_ENGINE: engine }),
  };
  const jest = [
    '--experimental-vm-modules',
    '--no-warnings=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--json',
    `--outputFile=${report}`,
    ...args,
  ];
  const { code } = await tryRun(process.execPath, jest, { cwd: ROOT, env, show: true });
  if (existsSync(report)) closingLines(JSON.parse(readFileSync(report, 'utf8')), ROOT).forEach(say);
  return code;
}
