// npm test: sets up what is missing, checks everything, runs all tests
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { checkNode, installPackages, installServers } from './lib/install.mjs';
import { runJest } from './lib/jest.mjs';
import { startMariadb } from './lib/mariadb.mjs';
import { ROOT } from './lib/paths.mjs';
import { startRedis } from './lib/redis.mjs';
import { run } from './lib/run.mjs';
import { main, step } from './lib/say.mjs';

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
    const given = await step('MariaDB and Redis for the tests started', async () => {
      const database = await startMariadb({ dir: join(folder, 'mariadb'), fast: true });
      servers.push(database);
      const redis = await startRedis({ dir: join(folder, 'redis'), fast: true });
      servers.push(redis);
      return { database, redisUrl: redis.url };
    });
    process.exitCode = await runJest({ ...given, folder, args: process.argv.slice(2) });
  } finally {
    await cleanUp();
  }
});
