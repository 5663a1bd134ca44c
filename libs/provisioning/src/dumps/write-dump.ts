import { sealStream } from '@finvera/common';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { oneAtATime } from '../servers/trigger-lock.js';
import { findProgram, type Program, programFailed, type ProgramTarget, start, startClient } from './client-program.js';

export interface DumpSource extends ProgramTarget {
  database: string;
  /** `VERSION()` of the server */
  engine: string;
}

export interface DumpOptions {
  /** folder of the client programs; empty: PATH */
  programs: string;
  /** seals this dump and no other */
  key: Buffer;
  signal: AbortSignal;
}

/** Triggers, routines and events of one database. */
const CODE_MAX_BYTES = 16_777_216;
const COMMON = [
  '--skip-comments',
  '--no-tablespaces',
  '--default-character-set=utf8mb4',
  '--max-allowed-packet=1G',
  '--skip-lock-tables',
];
const DATA = ['--single-transaction', '--quick', '--hex-blob', '--skip-triggers'];
const CODE = ['--no-create-info', '--no-data', '--triggers', '--routines', '--events'];
const FLAVOUR = { mariadb: [], mysql: ['--set-gtid-purged=OFF', '--column-statistics=0'] };

/**
 * Streams one database as SQL through zstd and a seal into `sink`; never the whole in memory, nothing in clear on disk.
 * Triggers, routines and events come last and without their definer, so that another server's user can load them.
 * @throws DomainError 500 `backup_program_failed`, `backup_program_missing`; whatever the sink throws
 */
export async function writeDump(source: DumpSource, sink: NodeJS.WritableStream, options: DumpOptions): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  try {
    const program = await findProgram('dump', source.engine, options.programs);
    await pipeline(compressed(program, source, signal), sealStream(options.key), sink, { signal });
  } catch (error) {
    failed.abort(error);
    options.signal.throwIfAborted();
    throw error;
  }
}

/** Two frames of zstd, which reads them as one: the data, compressed on its way here, and the code behind it. */
async function* compressed(program: Program, source: DumpSource, signal: AbortSignal): AsyncGenerator<Buffer> {
  const args = [...COMMON, ...FLAVOUR[program.flavour]];
  const data = startClient(program, source, [...args, ...DATA, source.database], { signal, compressed: true });
  yield* data.child.stdout as AsyncIterable<Buffer>;
  await data.ended;
  const coded = startClient(program, source, [...args, ...CODE, source.database], { signal });
  const [text] = await Promise.all([allText(coded.child.stdout), coded.ended]);
  const zstd = start('zstd', ['-q', '-c'], { signal });
  const [lock, code, unlock] = oneAtATime(loadableCode(text));
  zstd.child.stdin.end(`${lock};\n${code}\n${unlock};\n`);
  yield* zstd.child.stdout as AsyncIterable<Buffer>;
  await zstd.ended;
}

const ACCOUNT = '`(?:[^`]|``)*`@`(?:[^`]|``)*`';
const VERSIONED_DEFINER = new RegExp(String.raw`^(/\*!50\d{3} CREATE\*/ )/\*!50\d{3} DEFINER=${ACCOUNT}\*/ `, 'gm');
const PLAIN_DEFINER = new RegExp(`^CREATE DEFINER=${ACCOUNT} `, 'gm');

/** MySQL keeps the `;` of a script behind a trigger's body, and then does not take what its own dump says. */
const LAST_SEMICOLON = /;\s*\*\/;;$/gm;

/**
 * Triggers, routines and events as any server's user can load them. Whoever does becomes the definer: naming another
 * account needs rights that a database's owner does not have.
 */
export const loadableCode = (sql: string): string =>
  sql
    .replace(/^\/\*M![^\n]*\n/, '')
    .replace(LAST_SEMICOLON, ' */;;')
    .replace(VERSIONED_DEFINER, '$1')
    .replace(PLAIN_DEFINER, 'CREATE ');

async function allText(stream: Readable): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > CODE_MAX_BYTES)
      throw programFailed('the dump', `triggers and routines of more than ${CODE_MAX_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
