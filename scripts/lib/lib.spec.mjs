import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort, isFree } from './ports.mjs';
import { isAlive, runningFrom, writePid } from './processes.mjs';
import { run } from './run.mjs';
import { keep, randomSecret } from './secrets.mjs';

const folder = mkdtempSync(join(tmpdir(), 'finvera-scripts-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

test('a taken port is not free, and another one is found', async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  assert.equal(await isFree(port), false);
  assert.notEqual(await freePort(port), port);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await freePort(port), port);
});

test('a secret is made once, for its owner alone, and no shell minds it', () => {
  const file = join(folder, 'secret');
  const secret = keep(file, randomSecret);
  assert.match(secret, /^[A-Za-z0-9_][A-Za-z0-9_-]{42}$/);
  assert.equal(keep(file, randomSecret), secret);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a pid file of a process that is somebody else is not believed', () => {
  const file = join(folder, 'pid');
  writePid(file, process.pid);
  assert.equal(runningFrom(file, 'node'), process.pid);
  assert.equal(runningFrom(file, 'no such mark'), undefined);
  writePid(file, 999_999_999);
  assert.equal(runningFrom(file, 'node'), undefined);
  assert.equal(isAlive(999_999_999), false);
});

test('a command that fails says what it printed', async () => {
  await assert.rejects(run('sh', ['-c', 'echo why; exit 3']), /exit code 3\)\nwhy/);
});
