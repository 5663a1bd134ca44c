// npm run test:mysql: all tests against a real MySQL, but for those that start servers of their own
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

/** Tests that start servers of their own, and so would not run on this one. */
const OTHERS = ['test/.*-crash', 'test/soak', 'test/mysql'];

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
      mysqlRoot: root,
      engine: 'mysql',
      folder,
      args: asked.length > 0 ? asked : OTHERS.flatMap((path) => ['--testPathIgnorePatterns', path]),
    });
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
