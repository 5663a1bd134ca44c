// npm test: sets up what is missing, checks everything, runs all tests
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { checkNode, installPackages, installServers } from './lib/install.mjs';
import { startMariadb } from './lib/mariadb.mjs';
import { ROOT } from './lib/paths.mjs';
import { startRedis } from './lib/redis.mjs';
import { run } from './lib/run.mjs';
import { main, say, step } from './lib/say.mjs';

main(async () => {
  checkNode();
  await installPackages();
  await installServers(['mariadbd', 'redis-server']);
  const folder = mkdtempSync(join(tmpdir(), 'finvera-test-'));
  const servers = [];
  const cleanUp = async () => {
    for (const server of servers.splice(0)) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  try {
    if (process.argv.length === 2)
      for (const check of ['format:check', 'lint', 'types', 'arch'])
        await step(check, () => run('npm', ['run', '-s', check], { cwd: ROOT, what: `npm run ${check}` }));
    await build();
    if (process.argv.length === 2)
      await step('scripts tested', () =>
        run(process.execPath, ['--test', 'scripts/lib/lib.spec.mjs'], {
          cwd: ROOT,
          what: 'node --test scripts/lib/lib.spec.mjs',
        }),
      );
    const db = await step('MariaDB and Redis for the tests started', async () => {
      const mariadb = await startMariadb({ dir: join(folder, 'mariadb'), fast: true });
      servers.push(mariadb);
      const redis = await startRedis({ dir: join(folder, 'redis'), fast: true });
      servers.push(redis);
      return {
        TEST_DB_HOST: mariadb.host,
        TEST_DB_PORT: String(mariadb.port),
        TEST_DB_USER: mariadb.user,
        TEST_DB_PASSWORD: mariadb.password,
        TEST_REDIS_URL: redis.url,
      };
    });
    const report = join(folder, 'report.json');
    const code = await jest(['--json', `--outputFile=${report}`, ...process.argv.slice(2)], { ...process.env, ...db });
    summarize(report, code);
    process.exitCode = code;
  } finally {
    await cleanUp();
  }
});

function jest(args, env) {
  const child = spawn(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', 'node_modules/jest/bin/jest.js', ...args],
    {
      cwd: ROOT,
      env,
      stdio: 'inherit',
    },
  );
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

/** The closing lines, from what Jest counted. */
function summarize(report, code) {
  if (!existsSync(report)) return;
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'pending');
  for (const { fullName } of skipped) say(`skipped: ${fullName}`);
  if (numFailedTests === 0 && code !== 0) say('a test file could not be run');
  say(`finvera: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
