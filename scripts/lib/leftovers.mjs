import { join } from 'node:path';
import { endLeftMariadb } from './mariadb.mjs';
import { API_MAIN, HOME, WORKER_MAIN } from './paths.mjs';
import { end, runningFrom } from './processes.mjs';
import { endLeftRedis } from './redis.mjs';
import { MARIADB_DIR, REDIS_DIR } from './settings.mjs';

/** Ends what an earlier start left running when it was killed: ours by pid file and command line. */
export async function endLeftovers() {
  const left = [
    ['api', API_MAIN],
    ['worker', WORKER_MAIN],
  ].map(([name, entry]) => runningFrom(join(HOME, `${name}.pid`), entry));
  await Promise.all(left.map((pid) => pid && end(pid)));
  await Promise.all([endLeftRedis(REDIS_DIR), endLeftMariadb(MARIADB_DIR)]);
}
