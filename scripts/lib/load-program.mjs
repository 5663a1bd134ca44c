import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { checkNode, installPackages, installServers } from './install.mjs';
import { startMariadb } from './mariadb.mjs';
import { ROOT } from './paths.mjs';
import { startRedis } from './redis.mjs';
import { main, sayOnStderr } from './say.mjs';
import { noteStarted } from './started.mjs';

/** The tables of many companies stay open, and no answer waits for the disk: the proof is of the API, not of a disk. */
const MARIADB_ARGS = ['--table-open-cache=10000', '--innodb-buffer-pool-size=512M', '--max-connections=1000'];

/**
 * Runs a program of test/load/ with the arguments of this script, after what it needs is built.
 * @param {string} name
 * @param {{ servers?: boolean }} [options] `servers`: with a private MariaDB and Redis, told in LOAD_*; else it starts
 *   its own
 */
export function runLoadProgram(name, { servers = false } = {}) {
  main(async () => {
    sayOnStderr();
    checkNode();
    await installPackages();
    await installServers(['mariadbd', 'redis-server']);
    await build();
    const folder = mkdtempSync(join(tmpdir(), `finvera-${name}-`));
    const started = [];
    const start = async (server) => {
      started.push(await server);
      return started.at(-1);
    };
    try {
      const env = { ...process.env, LOAD_FOLDER: folder };
      if (servers) {
        const mariadb = await start(
          startMariadb({ dir: join(folder, 'mariadb'), fast: true, extraArgs: MARIADB_ARGS }),
        );
        const redis = await start(startRedis({ dir: join(folder, 'redis'), fast: true }));
        Object.assign(env, {
          LOAD_DB_HOST: mariadb.host,
          LOAD_DB_PORT: String(mariadb.port),
          LOAD_DB_USER: mariadb.user,
          LOAD_DB_PASSWORD: mariadb.password,
          LOAD_REDIS_URL: redis.url,
        });
      }
      process.exitCode = await runToItsEnd(join(ROOT, `test/load/${name}.mjs`), env);
    } finally {
      for (const server of started.reverse()) await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function runToItsEnd(program, env) {
  const child = spawn(process.execPath, [program, ...process.argv.slice(2)], { cwd: ROOT, env, stdio: 'inherit' });
  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  const forget = noteStarted(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const code = await ended;
  forget();
  return code;
}
