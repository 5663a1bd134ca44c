import { DomainError, malformed, type ObjectStore, ruleBroken } from '@finvera/common';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ALLOWED_NAMES, contentTypeOf, SNIFFED_BYTES } from './content-type.js';

export interface TakenIn {
  contentType: string;
  sizeBytes: number;
  sha256: string;
}

/**
 * Streams a file into the store and says what it is. What it is refused for leaves nothing there.
 * @throws DomainError 400 `upload_broken_off`; 413 `attachment_too_large`; 422 `attachment_empty`, `attachment_type_not_allowed`; 503 `object_store_unavailable`
 */
export async function takeIn(
  file: Readable,
  { name, key, maxBytes, store }: { name: string; key: string; maxBytes: number; store: ObjectStore },
): Promise<TakenIn> {
  const pieces: AsyncIterator<Buffer> = file[Symbol.asyncIterator]();
  const head = await readHead(pieces);
  if (head.length === 0) throw ruleBroken('attachment_empty', `The file ${name} is empty.`);
  const contentType = await contentTypeOf(head.subarray(0, SNIFFED_BYTES), name);
  if (contentType === null)
    throw ruleBroken(
      'attachment_type_not_allowed',
      `The content of ${name} is of no kind that is kept with vouchers; these are: ${ALLOWED_NAMES}.`,
      [{ field: 'file', message: 'is of no kind that is taken' }],
    );
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const metered = Readable.from(
    (async function* () {
      for (let piece: Buffer | undefined = head; piece !== undefined; piece = await next(pieces)) {
        sizeBytes += piece.length;
        if (sizeBytes > maxBytes) throw tooLarge(name, maxBytes);
        hash.update(piece);
        yield piece;
      }
    })(),
  );
  await store.put(key, metered);
  return { contentType, sizeBytes, sha256: hash.digest('hex') };
}

export const tooLarge = (name: string, maxBytes: number) =>
  new DomainError('attachment_too_large', 413, `The file ${name} has more than ${maxBytes} bytes.`, {
    details: [{ field: 'file', message: `must have at most ${maxBytes} bytes` }],
  });

export const brokenOff = () =>
  malformed(
    'The upload broke off or is no proper multipart/form-data.',
    [{ field: 'file', message: 'is not whole' }],
    'upload_broken_off',
  );

async function readHead(pieces: AsyncIterator<Buffer>): Promise<Buffer> {
  const read: Buffer[] = [];
  for (let bytes = 0; bytes < SNIFFED_BYTES; ) {
    const piece = await next(pieces);
    if (piece === undefined) break;
    read.push(piece);
    bytes += piece.length;
  }
  return Buffer.concat(read);
}

async function next(pieces: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  try {
    const { done, value } = await pieces.next();
    return done ? undefined : value;
  } catch {
    throw brokenOff();
  }
}
