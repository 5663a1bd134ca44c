// npm run bench: paired measurements against private servers; `-- --json` for programs, `-- --quick` for a look,
// `-- --only NAME` for one of them
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { checkNode, installPackages, installServers } from './lib/install.mjs';
import { startMariadb } from './lib/mariadb.mjs';
import { ROOT } from './lib/paths.mjs';
import { startRedis } from './lib/redis.mjs';
import { main, sayOnStderr } from './lib/say.mjs';

/** Room for the connections and open tables of a thousand companies, and for the rows of a large one, as a server that holds such has it. */
const MARIADB_ARGS = [
  '--max-connections=2000',
  '--table-open-cache=20000',
  '--innodb-buffer-pool-size=2G',
  '--innodb-log-file-size=512M',
];

main(async () => {
  sayOnStderr();
  checkNode();
  await installPackages();
  await installServers(['mariadbd', 'redis-server']);
  await build();
  const folder = mkdtempSync(join(tmpdir(), 'finvera-bench-'));
  const mariadb = await startMariadb({ dir: join(folder, 'mariadb'), extraArgs: MARIADB_ARGS });
  const redis = await startRedis({ dir: join(folder, 'redis') });
  try {
    const env = {
      ...process.env,
      BENCH_DB_HOST: mariadb.host,
      BENCH_DB_PORT: String(mariadb.port),
      BENCH_DB_USER: mariadb.user,
      BENCH_DB_PASSWORD: mariadb.password,
      BENCH_REDIS_URL: redis.url,
    };
    const child = spawn(process.execPath, [join(ROOT, 'test/bench/main.mjs'), ...process.argv.slice(2)], {
      cwd: ROOT,
      env,
      stdio: 'inherit',
    });
    process.exitCode = await new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  } finally {
    await redis.stop();
    await mariadb.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
