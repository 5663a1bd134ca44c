import { Logger } from '@nestjs/common';

/** A scrape does not wait longer for the master database or for Redis: their series are missing then. */
const READ_MAX_MS = 1_000;
const logger = new Logger('Metrics');

/** @returns what was read, or `otherwise` when that failed or took longer than a second */
export async function readInTime<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${READ_MAX_MS} ms`)), READ_MAX_MS).unref();
  });
  try {
    return await Promise.race([reading, late]);
  } catch (error) {
    logger.warn({ msg: 'a metric could not be read', err: error });
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}
