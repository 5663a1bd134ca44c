import type { Readable } from 'node:stream';

export interface StoredFile {
  bytes: number;
  /** of the file as it lies there */
  sha256: string;
}

/**
 * Where files of backups are kept: a folder that all workers share, or a bucket. A file is there wholly or not at all.
 * Names are `<tenant id>/<backup id>.…`, and `master/<backup id>.…`.
 */
export abstract class DumpStore {
  /** As people know it. */
  abstract readonly place: string;
  /** Writes what `fill` streams; another try under the same name begins afresh. */
  abstract write(name: string, fill: (sink: NodeJS.WritableStream) => Promise<void>): Promise<StoredFile>;
  /** Writes a small text file. */
  abstract writeText(name: string, text: string): Promise<void>;
  /** The stream fails when there is no such file. */
  abstract read(name: string): Readable;
  /** Bytes; null when there is no such file. */
  abstract size(name: string): Promise<number | null>;
  /** Removes a file and what a killed try left of it; it may be gone already. */
  abstract remove(name: string): Promise<void>;
  /** Bytes that can still be written; null: nobody can say. */
  abstract freeBytes(): Promise<number | null>;
  /** Names of all files, or of those of one folder; a missing folder holds none. */
  abstract names(folder?: string): AsyncGenerator<string>;
}
