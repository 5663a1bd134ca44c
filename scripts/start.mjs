// npm start: see scripts/README.md
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from './lib/build.mjs';
import { buildDashboard } from './lib/dashboard.mjs';
import { checkNode, installBackupPrograms, installPackages, installServers } from './lib/install.mjs';
import { introduce } from './lib/introduce.mjs';
import { endLeftovers } from './lib/leftovers.mjs';
import { assertCanListen } from './lib/listening.mjs';
import { forgetOutput, lastWords, OUTPUT, startNode } from './lib/node-processes.mjs';
import { boundFiles } from './lib/output-files.mjs';
import { CLI_MAIN, ROOT } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { given, loadDotEnv, readRuntime, removeRuntime, takeFolder, writeRuntime } from './lib/runtime.mjs';
import { main, say, sentence, Stop, step } from './lib/say.mjs';
import { addServers, plainSettings, privateServers } from './lib/settings.mjs';
import { beginEnding, endAllStarted, hasStarted, isEnding } from './lib/started.mjs';
import { Supervisor } from './lib/supervisor.mjs';

const READY_TIMEOUT_MS = 60_000;
const READY_ANSWER_MAX_MS = 5_000;
/** So many deaths before the API is ready mean that it never will be. */
const FAILED_STARTS_MAX = 3;
const INTERRUPTED = 130;
/** The order of the end: who writes first, the databases last. */
const END_ORDER = [['API', 'WORKER'], ['REDIS'], ['MARIADB']];

let state = 'starting';
let settings;
const note = () => writeRuntime({ state, settings, pids: supervisor.pids() });
const supervisor = new Supervisor({ onChange: note, giveUp: fail });

main(async () => {
  checkNode();
  loadDotEnv();
  settings = plainSettings();
  const port = Number(settings.PORT);
  if (!(await takeFolder())) throw new Stop(whoHasTheFolder());
  process.on('uncaughtException', fail);
  try {
    await endLeftovers();
    await assertCanListen(port, settings.HOST);
    say('Finvera');
    note();
    await installPackages();
    await installServers(privateServers());
    if (given('MASTER_DB_HOST')) await installBackupPrograms();
    await build();
    await addServers(settings, (name, start) => supervisor.keep(name, start));
    const initialised = await step('master database ready', () =>
      run(process.execPath, [CLI_MAIN, 'init-master'], {
        cwd: ROOT,
        env: { ...process.env, ...settings },
        what: 'init-master',
      }),
    );
    await step('API and worker started', async () => {
      await assertCanListen(port, settings.HOST); // installing took its time
      forgetOutput();
      for (const name of ['API', 'WORKER']) await supervisor.keep(name, () => startNode(name, settings));
      await untilReady();
    });
    state = 'running';
    note();
    boundFiles(Object.values(OUTPUT));
    introduce(settings, !given('MASTER_DB_HOST') || initialised.includes('first admin'));
    await buildDashboard(settings.API_URL);
  } catch (error) {
    fail(error);
  }
}, finish);

/** Ends all in order, once; the exit code says whether the copy was up. */
function finish() {
  return exitAfterEnd(state === 'running' ? 0 : INTERRUPTED);
}

function fail(error) {
  if (isEnding()) return;
  process.stderr.write(`${sentence(error)}\n`);
  void exitAfterEnd(1);
}

/** Never comes back: the process ends here. */
function exitAfterEnd(code) {
  if (!isEnding()) void endAll().finally(() => process.exit(code));
  return new Promise(() => undefined);
}

async function endAll() {
  beginEnding();
  const isSomethingThere = hasStarted();
  if (isSomethingThere) say('\nstopping …');
  try {
    await supervisor.stopAll(END_ORDER);
    await endAllStarted(); // what was just starting
    if (isSomethingThere) say('stopped.');
  } catch (error) {
    process.stderr.write(`${sentence(error)}\n`);
  } finally {
    // another start's note is not ours to take away
    if (readRuntime()?.supervisor === process.pid) removeRuntime();
  }
}

function whoHasTheFolder() {
  const running = readRuntime();
  if (!running)
    return 'Another command (npm run init:master, npm run finvera) uses this folder; try again when it has ended.';
  const { API_URL: url } = running.settings;
  return `Finvera ${running.state === 'running' ? 'runs' : 'is being started'} here already: ${url} (stop it with: kill ${running.supervisor})`;
}

async function untilReady() {
  for (const deadline = performance.now() + READY_TIMEOUT_MS; performance.now() < deadline; await sleep(50)) {
    const signal = AbortSignal.timeout(READY_ANSWER_MAX_MS);
    const isReady = await fetch(`${settings.API_URL}/api/health/ready`, { signal }).then(
      (answer) => answer.ok,
      () => false, // nobody listens yet
    );
    if (isReady) return;
    for (const name of ['API', 'WORKER'])
      if (supervisor.deaths(name) >= FAILED_STARTS_MAX)
        throw new Stop(`${name} cannot be started. Its last words:\n${lastWords(name, settings)}`);
  }
  throw new Stop(
    `The API did not become ready within ${READY_TIMEOUT_MS / 1000} s. Its last words:\n${lastWords('API', settings)}`,
  );
}
