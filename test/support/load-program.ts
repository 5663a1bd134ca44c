import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { testDatabase } from './platform.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface LoadProgramRun {
  code: number | null;
  /** what it printed for programs (`--json`) */
  result: Record<string, unknown>;
  output: string;
}

/**
 * Runs a program of test/load/ to its end, as `npm run <name>` does, on the servers of the tests.
 * @param name `isolation` or `soak`
 */
export async function runLoadProgram(name: string, args: readonly string[]): Promise<LoadProgramRun> {
  const { host, port, user, password } = testDatabase();
  const child = spawn(process.execPath, [`${ROOT}test/load/${name}.mjs`, ...args, '--json'], {
    env: {
      ...process.env,
      LOAD_DB_HOST: host,
      LOAD_DB_PORT: String(port),
      LOAD_DB_USER: user,
      LOAD_DB_PASSWORD: password,
      LOAD_REDIS_URL: process.env.TEST_REDIS_URL,
      LOAD_MASTER_NAME: `finvera_t${randomBytes(4).toString('hex')}_master`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, result: printed.startsWith('{') ? JSON.parse(printed) : {}, output: `${said}\n${printed}` };
}
