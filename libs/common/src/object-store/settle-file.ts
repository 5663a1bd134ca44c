import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Ends the name of a file that is being written. */
export const UNFINISHED = '.partial';

/** Gives a file that was written wholly, and to the disk, its name; the name is on the disk as well. */
export async function settleFile(path: string): Promise<void> {
  await rename(path + UNFINISHED, path);
  const folder = await open(dirname(path));
  await folder.sync().finally(() => folder.close());
}

/** For a promise's `catch`: what is not there counts as this; any other failure stays one. */
export function ifMissing<T>(otherwise: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return otherwise;
    throw error;
  };
}
