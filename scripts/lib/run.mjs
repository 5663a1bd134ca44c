import { spawn } from 'node:child_process';
import { toolEnv } from './paths.mjs';
import { noteStarted, refuseWhenEnding } from './started.mjs';
import { Stop } from './stop.mjs';

const OUTPUT_MAX_BYTES = 64 * 1024;
const INSIST_AFTER_MS = 10_000;

/**
 * Runs a command to its end and gives back its exit code and what it printed. It has a process group of its own, which
 * is ended with this script.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, input?: string, show?: boolean, whole?: boolean }} [options]
 *   `show`: its output goes to the terminal; `whole`: it must not be broken off (apt-get), a Ctrl-C waits for it
 * @returns {Promise<{ code: number, output: string, error?: Error }>}
 */
export async function tryRun(command, args, { cwd, env = toolEnv(), input, show = false, whole = false } = {}) {
  refuseWhenEnding();
  const out = show ? 'inherit' : 'pipe';
  const child = spawn(command, args, {
    cwd,
    env,
    detached: true,
    stdio: [input === undefined ? 'ignore' : 'pipe', out, out],
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-OUTPUT_MAX_BYTES);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.stdin?.on('error', () => undefined); // it ended without reading: its exit code says why
  if (input !== undefined) child.stdin.end(input);
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: -1, error }));
    child.on('close', (status) => resolve({ code: status ?? 1 }));
  });
  const forget = noteStarted(async () => {
    if (!whole) signalGroup(child, 'SIGTERM');
    const insist = setTimeout(() => !whole && signalGroup(child, 'SIGKILL'), INSIST_AFTER_MS);
    await ended;
    clearTimeout(insist);
  });
  const { code, error } = await ended;
  forget();
  return { code, output, error };
}

/**
 * Runs a command that must succeed and gives back what it printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Parameters<typeof tryRun>[2] & { what?: string }} [options] `what`: names it in the refusal
 * @returns {Promise<string>}
 * @throws {Stop} with what it printed
 */
export async function run(command, args, { what, ...options } = {}) {
  const { code, output, error } = await tryRun(command, args, options);
  if (code !== 0)
    throw new Stop(
      `${what ?? [command, ...args].join(' ')} failed${error ? `: ${error.message}` : ` (exit code ${code})`}\n${output.trimEnd()}`,
    );
  return output;
}

/** Whether a program is there. */
export async function has(program) {
  return (await tryRun('sh', ['-c', 'command -v "$0"', program])).code === 0;
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error; // gone already, or it runs under sudo
  }
}
