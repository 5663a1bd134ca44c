import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { toolEnv } from './paths.mjs';
import { noteStarted, refuseWhenEnding } from './started.mjs';
import { Stop } from './stop.mjs';

const PATIENCE_MS = 15_000;
const SIGKILL_MAX_MS = 5_000;

/** Fields of /proc/PID/stat behind the command's name: the state is the first, the start time the twentieth. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return undefined; // no such process
  }
}

export function isAlive(pid) {
  const state = statOf(pid)?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** When a process started, in clock ticks since boot: with its pid it names one process for ever. */
export const startTimeOf = (pid) => statOf(pid)?.[19];

/** The folder that a process works in; undefined when it is gone or not ours to look at. */
export function folderOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** The process of a pid file when it still is the one that wrote it: its command line has all the marks. */
export function runningFrom(pidFile, ...marks) {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return isAlive(pid) && marks.every((mark) => command.includes(mark)) ? pid : undefined;
  } catch {
    return undefined; // no such file, or no such process
  }
}

export const writePid = (pidFile, pid) => writeFileSync(pidFile, String(pid));

function removePid(pidFile, pid) {
  try {
    if (readFileSync(pidFile, 'utf8') === String(pid)) rmSync(pidFile);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** Asks a process that is no child of ours to end, and insists only after `patienceMs`. */
export async function end(pid, { patienceMs = PATIENCE_MS } = {}) {
  for (const [signal, withinMs] of [
    ['SIGTERM', patienceMs],
    ['SIGKILL', SIGKILL_MAX_MS],
  ]) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (error.code === 'ESRCH') return;
      throw error;
    }
    for (const deadline = performance.now() + withinMs; performance.now() < deadline; await sleep(30))
      if (!isAlive(pid)) return;
  }
  throw new Stop(`Process ${pid} does not end.`);
}

/**
 * @typedef {object} Running
 * @property {import('node:child_process').ChildProcess} child
 * @property {number} pid
 * @property {string} log
 * @property {() => boolean} hasEnded
 * @property {() => Promise<void>} stop SIGTERM, and SIGKILL when it takes too long
 * @property {() => Promise<void>} kill SIGKILL, at once
 */

/**
 * Starts a process that goes on: a server, the API, the worker. It is of its own process group, so that a Ctrl-C in the
 * terminal reaches only the one who stops all in order.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ log: string, pidFile: string, cwd?: string, env?: NodeJS.ProcessEnv, patienceMs?: number }} options
 *   `log`: takes what it prints; `patienceMs`: between SIGTERM and SIGKILL
 * @returns {Running}
 */
export function launch(command, args, { log, pidFile, cwd, env = toolEnv(), patienceMs = PATIENCE_MS }) {
  refuseWhenEnding();
  const output = openSync(log, 'a', 0o600);
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  const { pid } = child;
  if (pid === undefined) {
    child.on('error', () => undefined); // the sentence below says it
    throw new Stop(`${command} could not be started: is it installed?`);
  }
  child.unref();
  writePid(pidFile, pid);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const endWith = async (signal) => {
    if (!hasEnded()) {
      child.ref();
      child.kill(signal);
      const insist = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(insist);
    }
    removePid(pidFile, pid);
  };
  const stop = () => endWith('SIGTERM');
  ended.then(noteStarted(stop));
  return { child, pid, log, hasEnded, stop, kill: () => endWith('SIGKILL') };
}

/** The last lines of a log. */
export function tail(file, lines = 15) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log was written)';
  }
}
