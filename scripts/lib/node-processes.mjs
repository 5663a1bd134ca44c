import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { API_MAIN, HOME, ROOT, WORKER_MAIN } from './paths.mjs';
import { launch, tail } from './processes.mjs';

/** What they print beside their logs. */
export const OUTPUT = { API: join(HOME, 'api.out'), WORKER: join(HOME, 'worker.out') };
const ENTRY = { API: API_MAIN, WORKER: WORKER_MAIN };
const LOG_SETTING = { API: 'LOG_FILE', WORKER: 'WORKER_LOG_FILE' };

/** Starts the API or the worker. Their logs stand in files of their own, so that stdout need not have them as well. */
export const startNode = (name, settings) =>
  launch(process.execPath, ['--enable-source-maps', ENTRY[name]], {
    cwd: ROOT,
    env: { ...process.env, ...settings, LOG_STDOUT: 'false' },
    log: OUTPUT[name],
    pidFile: join(HOME, `${name.toLowerCase()}.pid`),
  });

/** Of this start alone: what an earlier one printed explains nothing now. */
export function forgetOutput() {
  for (const file of Object.values(OUTPUT)) rmSync(file, { force: true });
}

/** The ends of its log and of what it printed beside it, each with the file's name. */
export const lastWords = (name, settings) =>
  [resolve(ROOT, settings[LOG_SETTING[name]]), OUTPUT[name]]
    .map((file) => [file, tail(file)])
    .filter(([, words]) => words !== '')
    .map(([file, words]) => `--- ${file}\n${words}`)
    .join('\n');
