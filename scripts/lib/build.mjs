import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_MAIN, CLI_MAIN, ROOT, WORKER_MAIN } from './paths.mjs';
import { run } from './run.mjs';
import { step } from './say.mjs';

const SOURCES = ['apps/api', 'apps/worker', 'apps/cli', 'libs', '.swcrc', 'package.json', 'package-lock.json'];
const OUTPUTS = ['dist/apps', 'dist/libs'];
const STAMP = join(ROOT, 'dist/.sources');

/** Compiles when a source changed since the last time, or the result is gone. */
export async function build() {
  const now = fingerprint();
  if (readStamp() === now && [API_MAIN, WORKER_MAIN, CLI_MAIN].every((entry) => existsSync(entry))) return;
  await step('compiled', async () => {
    const started = Date.now();
    rmSync(STAMP, { force: true });
    await run('npm', ['run', '-s', 'build'], { cwd: ROOT, what: 'npm run build' });
    removeOlder(started);
  });
  writeFileSync(STAMP, now);
}

/** What no source stands behind any more. Nothing is removed before: a running copy may load from here. */
function removeOlder(started) {
  for (const output of OUTPUTS)
    for (const file of filesIn(join(ROOT, output)))
      if (statSync(file).mtimeMs < started - 1_000) rmSync(file, { force: true });
}

/** Names, sizes and times of all sources. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const source of SOURCES)
    for (const file of filesIn(join(ROOT, source))) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\n`);
    }
  return hash.digest('hex');
}

function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const readStamp = () => (existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : undefined);
