import { DomainError, openSealedStream, SealBroken } from '@finvera/common';
import { type Readable, Transform } from 'node:stream';
import { feed, findProgram, start, startClient } from './client-program.js';
import type { DumpOptions, DumpSource } from './write-dump.js';

/** `backup_damaged`: the file is not what was written. */
export const backupDamaged = (what: string, cause?: unknown) =>
  new DomainError('backup_damaged', 500, `The backup cannot be used: ${what}.`, { cause });

/**
 * Streams a dump into an empty database. The client has this database selected and the dump names none.
 * @throws DomainError 500 `backup_damaged` when a bit of it was changed or its end is missing; the database then holds
 *   a part and must be dropped
 */
export async function loadDump(
  file: Readable,
  target: DumpSource,
  { programs, key, signal: outer }: DumpOptions,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([outer, failed.signal]);
  try {
    const program = await findProgram('client', target.engine, programs);
    const zstd = start('zstd', ['-d', '-q', '-c'], { signal });
    const args = ['--default-character-set=utf8mb4', '--max-allowed-packet=1G', '--batch', target.database];
    const client = startClient(program, target, args, { signal, tell: errorNumber });
    client.child.stdout.resume();
    await allOrFirst([
      client.ended,
      zstd.ended,
      feed([zstd.child.stdout, withoutSandboxLine()], client, signal),
      feed([file, openSealedStream(key)], zstd, signal),
    ]);
  } catch (error) {
    failed.abort(error);
    outer.throwIfAborted();
    throw orDamaged(error);
  }
}

/** A broken seal as people are told of it; any other error as it is. */
export const orDamaged = (error: unknown): unknown =>
  error instanceof SealBroken ? backupDamaged(error.message, error) : error;

/** MariaDB's dump begins with a line that its own newer client understands and no other. */
function withoutSandboxLine(): Transform {
  let begun = false;
  return new Transform({
    transform(data: Buffer, _encoding, done) {
      const isLine = !begun && data.subarray(0, 4).toString('latin1') === '/*M!';
      begun = true;
      done(null, isLine ? data.subarray(data.indexOf('\n') + 1) : data);
    },
  });
}

/** The client prints the statement that failed, with the company's data in it, and then why: the number says enough. */
const errorNumber = (complaint: string): string => /^ERROR \d+ \(\w+\)( at line \d+)?/m.exec(complaint)?.[0] ?? '';

/**
 * All have ended well; else the error that tells most: when one link of a chain breaks those before it report broken pipes.
 */
export async function allOrFirst(links: Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(links);
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  const telling =
    errors.find((error) => error instanceof SealBroken) ?? errors.find((error) => error instanceof DomainError);
  if (errors.length > 0) throw telling ?? errors[0];
}
