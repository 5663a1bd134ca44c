import { spawn } from 'node:child_process';
import { Stop } from './say.mjs';

const OUTPUT_MAX_BYTES = 64 * 1024;

/**
 * Runs a command to its end and gives back what it printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, input?: string, show?: boolean, what?: string }} [options]
 *   `show`: its output goes to the terminal; `what`: names the step in the refusal
 * @returns {Promise<string>}
 */
export async function run(command, args, { cwd, env = process.env, input, show = false, what } = {}) {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-OUTPUT_MAX_BYTES);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  if (input !== undefined) {
    child.stdin.on('error', () => undefined); // it ended without reading: its exit code says why
    child.stdin.end(input);
  }
  const { code, error } = await new Promise((resolve) => {
    child.on('error', (cause) => resolve({ code: -1, error: cause }));
    child.on('close', (status) => resolve({ code: status }));
  });
  if (code !== 0)
    throw new Stop(
      `${what ?? [command, ...args].join(' ')} failed${error ? `: ${error.message}` : ` (exit code ${code})`}\n${output.trimEnd()}`,
    );
  return output;
}

/** Whether a program is there. */
export async function has(program) {
  try {
    await run('sh', ['-c', 'command -v "$0"', program]);
    return true;
  } catch {
    return false;
  }
}
