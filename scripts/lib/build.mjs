import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { step } from './say.mjs';

const SOURCES = ['apps/api', 'apps/worker', 'apps/cli', 'libs', '.swcrc', 'package-lock.json'];
const STAMP = join(ROOT, 'dist/.sources');

/** Compiles when a source changed since the last time. */
export async function build() {
  const now = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === now) return;
  await step('compiled', async () => {
    rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
    await run('npm', ['run', '-s', 'build'], { cwd: ROOT, what: 'npm run build' });
  });
  writeFileSync(STAMP, now);
}

/** Names, sizes and times of all sources. */
function fingerprint() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stat = statSync(path);
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  for (const source of SOURCES) visit(join(ROOT, source));
  return hash.digest('hex');
}
