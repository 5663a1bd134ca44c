import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
/** Everything that the private copy keeps: data, keys, pid files, logs. */
export const HOME = process.env.FINVERA_HOME ?? join(ROOT, '.finvera');
export const API_MAIN = join(ROOT, 'dist/apps/api/src/main.js');
export const WORKER_MAIN = join(ROOT, 'dist/apps/worker/src/main.js');
export const CLI_MAIN = join(ROOT, 'dist/apps/cli/src/main.js');

/** The environment in which servers and tools are found: Debian leaves sbin, where mariadbd is, out of a user's PATH. */
export const toolEnv = () => ({ ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin` });
