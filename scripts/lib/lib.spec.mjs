import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkNode, helpWithoutRights } from './install.mjs';
import { assertCanListen, explain } from './listening.mjs';
import { bound } from './output-files.mjs';
import { freePort, isFree, rememberedPort } from './ports.mjs';
import { isAlive, launch, runningFrom, startTimeOf, writePid } from './processes.mjs';
import { has, run } from './run.mjs';
import { keep, randomSecret } from './secrets.mjs';
import { quoted } from './shell.mjs';
import { removeShortLink, socketPath } from './socket-path.mjs';
import { pauseAfter } from './supervisor.mjs';
import { closingLines } from './test-summary.mjs';

const folder = mkdtempSync(join(tmpdir(), 'finvera-scripts-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

async function withListener(work) {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  await work(server.address().port);
  await new Promise((resolve) => server.close(resolve));
}

test('a taken port is not free, and another one is found', async () => {
  let taken;
  await withListener(async (port) => {
    taken = port;
    assert.equal(await isFree(port), false);
    assert.notEqual(await freePort(port), port);
    await assert.rejects(assertCanListen(port, 'localhost'), /taken by another program/);
  });
  assert.equal(await freePort(taken), taken);
  await assertCanListen(taken, 'localhost');
});

test('a port that cannot be had is explained by its reason', () => {
  assert.match(explain('EADDRINUSE', 65_535, '127.0.0.1'), /PORT=3001/);
  assert.match(explain('EACCES', 80, '127.0.0.1'), /may not listen on port 80/);
  assert.match(explain('EADDRNOTAVAIL', 3000, '192.0.2.1'), /192\.0\.2\.1 is no address of this machine/);
});

test('a remembered port that makes no sense is forgotten', () => {
  assert.equal(rememberedPort(folder), undefined);
  writeFileSync(join(folder, 'port'), 'nonsense');
  assert.equal(rememberedPort(folder), undefined);
  writeFileSync(join(folder, 'port'), '4711');
  assert.equal(rememberedPort(folder), 4711);
});

test('a secret is made once, for its owner alone, and no shell minds it', () => {
  const file = join(folder, 'secret');
  const secret = keep(file, randomSecret);
  assert.match(secret, /^[A-Za-z0-9_][A-Za-z0-9_-]{42}$/);
  assert.equal(keep(file, randomSecret), secret);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a shell reads every value back as it was', async () => {
  assert.equal(quoted('redis://127.0.0.1:6379/0'), 'redis://127.0.0.1:6379/0');
  for (const value of ["it's", 'a b', '$HOME `id`', 'line\nbreak', '~', '*'])
    assert.equal(await run('sh', ['-c', `printf %s ${quoted(value)}`]), value);
});

test('a pid file of a process that is somebody else is not believed', () => {
  const file = join(folder, 'pid');
  writePid(file, process.pid);
  assert.equal(runningFrom(file, 'node'), process.pid);
  assert.equal(runningFrom(file, 'no such mark'), undefined);
  writePid(file, 999_999_999);
  assert.equal(runningFrom(file, 'node'), undefined);
  assert.equal(isAlive(999_999_999), false);
  assert.match(startTimeOf(process.pid), /^\d+$/);
});

test('a launched process has a pid file until it is stopped or killed', async () => {
  const options = { log: join(folder, 'log'), pidFile: join(folder, 'sleep.pid') };
  for (const way of ['stop', 'kill']) {
    const sleeper = launch('sleep', ['60'], options);
    assert.equal(readFileSync(options.pidFile, 'utf8'), String(sleeper.pid));
    await sleeper[way]();
    assert.equal(isAlive(sleeper.pid), false);
    assert.equal(existsSync(options.pidFile), false);
  }
});

test('a process that ignores SIGTERM is killed when patience ends', async () => {
  const stubborn = launch('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.1; done'], {
    log: join(folder, 'stubborn'),
    pidFile: join(folder, 'stubborn.pid'),
    patienceMs: 200,
  });
  while (!readFileSync(join(folder, 'stubborn'), 'utf8').includes('ready')) await new Promise(setImmediate);
  await stubborn.stop();
  assert.equal(stubborn.child.signalCode, 'SIGKILL');
});

test('a program that is not installed is named', async () => {
  const options = { log: join(folder, 'log'), pidFile: join(folder, 'none.pid') };
  assert.throws(() => launch('no-such-program', [], options), /no-such-program could not be started/);
  assert.equal(await has('no-such-program'), false);
  assert.equal(await has('sh'), true);
});

test('a command that fails says what it printed', async () => {
  await assert.rejects(run('sh', ['-c', 'echo why; exit 3']), /exit code 3\)\nwhy/);
});

test('an old Node.js is refused in a sentence', () => {
  assert.throws(() => checkNode('18.20.4'), /needs Node\.js 20\.19 or newer; this is 18\.20\.4/);
  assert.throws(() => checkNode('20.18.3'), /newer/);
  for (const version of ['20.19.0', '22.0.0', '24.1.0']) checkNode(version);
});

test('who may not install reads three commands', () => {
  const commands = helpWithoutRights('redis-server', ['redis-server'])
    .split('\n')
    .filter((line) => line.startsWith('  '));
  assert.deepEqual(commands, [
    '  sudo apt-get update',
    '  sudo apt-get install -y --no-install-recommends redis-server',
    '  npm start',
  ]);
});

test('a long path gets a short link for its socket, the same one until it is removed', () => {
  assert.equal(socketPath('/short', 'x.sock'), '/short/x.sock');
  const long = join(folder, 'l'.repeat(120));
  mkdirSync(long);
  const socket = socketPath(long, 'x.sock');
  assert.ok(socket.length < 100);
  assert.equal(socketPath(long, 'x.sock'), socket);
  writeFileSync(socket, 'here');
  assert.equal(readFileSync(join(long, 'x.sock'), 'utf8'), 'here');
  removeShortLink(long);
  assert.equal(existsSync(socket), false);
});

test('pauses between restarts double up to five seconds', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 9].map(pauseAfter), [200, 400, 800, 1600, 3200, 5000, 5000]);
});

test('an output file that is too large is kept once and begun again', () => {
  const file = join(folder, 'out');
  assert.equal(bound(file, 3), false);
  writeFileSync(file, 'abcd');
  assert.equal(bound(file, 3), true);
  assert.equal(statSync(file).size, 0);
  assert.equal(readFileSync(`${file}.1`, 'utf8'), 'abcd');
});

test('the closing line counts what Jest counted, and a file that could not be run as a failure', () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [
      { name: '/r/a.spec.ts', status: 'failed', assertionResults: [{ status: 'failed', fullName: 'a' }] },
      { name: '/r/b.spec.ts', status: 'failed', assertionResults: [] },
      {
        name: '/r/c.spec.ts',
        status: 'passed',
        assertionResults: [
          { status: 'pending', fullName: 'books' },
          { status: 'todo', fullName: 'later' },
        ],
      },
    ],
  };
  assert.deepEqual(closingLines(report, '/r'), [
    'skipped: books',
    'skipped: later',
    'failed as a whole: b.spec.ts',
    'finvera: 5 passed, 2 failed, 2 skipped',
  ]);
});
