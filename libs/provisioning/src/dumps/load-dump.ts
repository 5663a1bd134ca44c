import { DomainError, openSealedStream, SealBroken } from '@finvera/common';
import type { Readable } from 'node:stream';
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
    const client = startClient(program, target, args, signal);
    client.child.stdout.resume();
    await allOrFirst([
      feed([file, openSealedStream(key)], zstd, signal),
      feed([zstd.child.stdout], client, signal),
      zstd.ended,
      client.ended,
    ]);
  } catch (error) {
    failed.abort(error);
    outer.throwIfAborted();
    throw error instanceof SealBroken ? backupDamaged(error.message, error) : error;
  }
}

/**
 * All have ended well; else the error that tells most: when one link of a chain breaks the others report broken pipes.
 */
async function allOrFirst(links: Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(links);
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  const telling =
    errors.find((error) => error instanceof SealBroken) ?? errors.find((error) => error instanceof DomainError);
  if (errors.length > 0) throw telling ?? errors[0];
}
