import { DomainError } from '@finvera/common';
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Where the server is and who signs in. */
export interface ProgramTarget {
  host: string;
  port: number;
  user: string;
  password: string;
}

export interface Program {
  path: string;
  flavour: 'mariadb' | 'mysql';
}

const COMPLAINT_MAX = 2_000;
const CREDENTIALS_FD = 3;
const PROGRAMS = {
  dump: { mariadb: ['mariadb-dump', 'mysqldump'], mysql: ['mysqldump', 'mariadb-dump'] },
  client: { mariadb: ['mariadb', 'mysql'], mysql: ['mysql', 'mariadb'] },
} as const;

/** A program of the database's client tools, or `zstd`, failed or is not installed. */
export const programFailed = (program: string, complaint: string, cause?: unknown) =>
  new DomainError('backup_program_failed', 500, `${program} failed: ${complaint}`, { cause });

/**
 * The client program for a server: the engine's own where it is installed, else its cousin (Debian's `mysqldump` is
 * MariaDB's, which works with MySQL too).
 * @param folder where to look; empty: in PATH
 * @throws DomainError 500 `backup_program_missing` that names what to install
 */
export async function findProgram(purpose: 'dump' | 'client', engine: string, folder: string): Promise<Program> {
  const names = PROGRAMS[purpose][/mariadb/i.test(engine) ? 'mariadb' : 'mysql'];
  for (const name of names) {
    const path = folder === '' ? name : join(folder, name);
    const version = await versionOf(path);
    if (version !== undefined) return { path, flavour: /mariadb/i.test(version) ? 'mariadb' : 'mysql' };
  }
  throw new DomainError(
    'backup_program_missing',
    500,
    `Neither ${names.join(' nor ')} is installed where the worker runs; install the packages mariadb-client and zstd.`,
  );
}

function versionOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(path, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString();
    });
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code === 0 ? text : undefined));
  });
}

/**
 * Starts a client program that reads address and password from a file without a name, so that they stand in no command
 * line, no environment and, whatever is killed when, on no disk.
 * @param options.compressed whether what it writes goes through zstd
 */
export function startClient(
  program: Program,
  target: ProgramTarget,
  args: readonly string[],
  { compressed = false, ...options }: Omit<StartOptions, 'credentials' | 'name'> & { compressed?: boolean },
): Started {
  const credentials = unnamedFile(
    `[client]\nprotocol=TCP\nhost=${quoted(target.host)}\nport=${target.port}\nuser=${quoted(target.user)}\npassword=${quoted(target.password)}\n`,
  );
  try {
    const command = [program.path, `--defaults-file=/dev/fd/${CREDENTIALS_FD}`, ...args];
    // piped by the kernel from program to program: as fast as in a shell; which would take our pipe for a remote login's
    // and read ~/.bashrc, whose words would stand in the dump
    const [path, ...rest] = compressed
      ? ['bash', '--norc', '-o', 'pipefail', '-c', '"$@" | zstd -q -c', 'bash', ...command]
      : command;
    return start(path!, rest, { ...options, credentials, name: program.path });
  } finally {
    closeSync(credentials);
  }
}

export interface Started {
  child: ChildProcess & { stdin: NonNullable<ChildProcess['stdin']>; stdout: NonNullable<ChildProcess['stdout']> };
  /** Settles when it has ended. @throws what it complained about, unless it ended well */
  ended: Promise<void>;
}

export interface StartOptions {
  signal: AbortSignal;
  /** a file with address and password */
  credentials?: number;
  /** what people know it by; default its path */
  name?: string;
  /** what of its stderr may be told: it may hold a company's data */
  tell?: (complaint: string) => string;
}

/** Starts a program with pipes; it is killed when the signal aborts. */
export function start(
  path: string,
  args: readonly string[],
  { signal, credentials, name = path, tell = (complaint) => complaint }: StartOptions,
): Started {
  const child = spawn(path, args, {
    stdio: ['pipe', 'pipe', 'pipe', ...(credentials === undefined ? [] : [credentials])],
    signal,
    killSignal: 'SIGKILL',
  });
  child.stdin!.on('error', () => undefined); // whoever writes to it, or its exit, tells
  let complaint = '';
  child.stderr!.on('data', (data: Buffer) => {
    complaint = (complaint + data.toString()).slice(-COMPLAINT_MAX);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? programFailed(name, 'it is not installed', error) : error),
    );
    child.once('close', (code, killedBy) => {
      if (code === 0) resolve();
      else
        reject(signal.aborted ? signal.reason : programFailed(name, tell(complaint).trim() || `${killedBy ?? code}`));
    });
  });
  ended.catch(() => undefined); // whoever started it awaits it, perhaps later
  return { child: child as Started['child'], ended };
}

/**
 * Streams into a program until the source ends. A program that took all and ended well may be gone before Node has
 * closed the pipe to it: that is no failure, and `ended` tells whether it did.
 */
export async function feed(links: [Readable, ...Transform[]], program: Started, signal: AbortSignal): Promise<void> {
  const { stdin } = program.child;
  try {
    await pipeline([...links, stdin], { signal });
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!gone || !stdin.writableEnded) throw error;
  }
}

/** An open file that has no name any more before anything is written to it. */
function unnamedFile(text: string): number {
  const path = join(tmpdir(), `.finvera-${randomUUID()}`);
  const fd = openSync(path, 'wx+', 0o600);
  try {
    unlinkSync(path);
    writeSync(fd, text);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** As option files take it. @throws Error for a line break, which would begin another option */
function quoted(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new Error('a host, user or password with a line break cannot be used');
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
