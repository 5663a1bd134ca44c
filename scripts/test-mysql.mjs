// npm run test:mysql: the whole-system tests against a real MySQL
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { checkNode, installPackages, installServers } from './lib/install.mjs';
import { runJest } from './lib/jest.mjs';
import { startMysql, unpackMysql } from './lib/mysql.mjs';
import { HOME } from './lib/paths.mjs';
import { startRedis } from './lib/redis.mjs';
import { main, step } from './lib/say.mjs';

/** All but the tests that start MariaDBs of their own. */
const TESTS = ['test/document', 'test/bad-input', 'test/isolation', 'test/openapi', 'test/oracles', 'libs/accounting'];

main(async () => {
  checkNode();
  await installPackages();
  await installServers(['redis-server', 'backups']);
  await build();
  const folder = mkdtempSync(join(tmpdir(), 'finvera-mysql-'));
  const servers = [];
  try {
    const root = await step('MySQL unpacked', () => unpackMysql(join(HOME, 'mysql-for-tests')));
    const mysql = await step('MySQL started', () => startMysql({ root, dir: join(folder, 'mysql') }));
    servers.push(mysql);
    const redis = await startRedis({ dir: join(folder, 'redis'), fast: true });
    servers.push(redis);
    const asked = process.argv.slice(2);
    process.exitCode = await runJest({
      database: mysql,
      redisUrl: redis.url,
      folder,
      args: asked.length > 0 ? asked : TESTS,
    });
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
