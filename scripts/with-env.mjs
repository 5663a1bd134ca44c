// node scripts/with-env.mjs COMMAND …: runs a command with the settings of the running copy, or of .env
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from './lib/build.mjs';
import { checkNode, installPackages, installServers } from './lib/install.mjs';
import { endLeftovers } from './lib/leftovers.mjs';
import { given, loadDotEnv, readRuntime, takeFolder } from './lib/runtime.mjs';
import { main, sayOnStderr, Stop } from './lib/say.mjs';
import { addServers, plainSettings, privateServers } from './lib/settings.mjs';
import { endAllStarted } from './lib/started.mjs';

const FOLDER_WAIT_MS = 60_000;

let child;
let ended;

main(
  async () => {
    const [command, ...args] = process.argv.slice(2);
    if (!command) throw new Stop('usage: node scripts/with-env.mjs COMMAND [ARGUMENT …]');
    sayOnStderr(); // what the command prints may go into a pipe
    checkNode();
    loadDotEnv();
    try {
      await installPackages();
      await build();
      const settings = await findSettings();
      child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...settings } });
      ended = exitCodeOf(child, command);
      process.exitCode = await ended;
    } finally {
      await endAllStarted();
    }
  },
  async (signal) => {
    // the command first, which a Ctrl-C in a terminal has reached by itself; then the servers it uses
    if (child && child.exitCode === null) child.kill(signal);
    await ended?.catch(() => undefined); // main says it
    await endAllStarted();
  },
);

/** Those of the running copy; when none runs, private servers are started for the time of the command. */
async function findSettings() {
  if (privateServers().length === 0) return plainSettings(); // all of it is given
  for (const deadline = performance.now() + FOLDER_WAIT_MS; performance.now() < deadline; await sleep(200)) {
    const running = readRuntime();
    if (running?.state === 'running') return isMeant(running.settings) ? running.settings : plainSettings();
    if (!(await takeFolder())) continue;
    await endLeftovers();
    await installServers(privateServers());
    const settings = plainSettings();
    await addServers(settings, (_name, start) => start());
    return settings;
  }
  throw new Stop('Another command or npm start has been busy here for a minute; try again when it is done.');
}

/** Whoever names another database means that one, and never the running copy's keys for it. */
function isMeant({ MASTER_DB_HOST, MASTER_DB_PORT }) {
  const host = given('MASTER_DB_HOST');
  return !host || (host === MASTER_DB_HOST && (given('MASTER_DB_PORT') ?? '3306') === MASTER_DB_PORT);
}

function exitCodeOf(child, command) {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Stop(`${command} could not be run: ${error.message}`)));
    child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
