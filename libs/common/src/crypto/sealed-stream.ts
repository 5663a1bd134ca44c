import { type CipherGCM, createCipheriv, createDecipheriv, type DecipherGCM, randomBytes } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** Bytes of a key for `sealStream`. */
export const SEAL_KEY_BYTES = 32;

const MAGIC = Buffer.from('FVSEAL01');
const PREFIX_BYTES = 7;
const TAG_BYTES = 16;
const CHUNK_BYTES = 262_144;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
const HEAD_BYTES = MAGIC.length + PREFIX_BYTES;
const CIPHER = 'aes-256-gcm';

/** What was sealed was changed, cut off, or sealed with another key. */
export class SealBroken extends Error {
  override name = 'SealBroken';
}

export const newSealKey = (): Buffer => randomBytes(SEAL_KEY_BYTES);

/**
 * Encrypts a stream of any length: AES-256-GCM in chunks of 256 KiB. A chunk's nonce holds its number and whether it is
 * the last, so that nothing can be changed, reordered, left out or cut off unseen (the STREAM construction of Hoang,
 * Reyhanitabar, Rogaway and Vizár, 2015). Memory: two chunks.
 * @param key 32 bytes that seal this one stream and no other
 */
export function sealStream(key: Buffer): Transform {
  const prefix = randomBytes(PREFIX_BYTES);
  const chunks = new Chunks(CHUNK_BYTES);
  let count = 0;
  const seal = (plain: Buffer, last: boolean) => {
    const cipher: CipherGCM = createCipheriv(CIPHER, key, nonce(prefix, count, last));
    count += 1;
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const stream = new Transform({
    transform(data: Buffer, _encoding, done) {
      guarded(done, () => {
        for (const chunk of chunks.add(data)) this.push(seal(chunk, false));
      });
    },
    flush(done) {
      guarded(done, () => this.push(seal(chunks.rest(), true)));
    },
  });
  stream.push(Buffer.concat([MAGIC, prefix]));
  return stream;
}

/**
 * Decrypts what `sealStream` made. Nothing of a chunk is passed on before all of it is proved; the stream fails with
 * SealBroken at the first chunk that is not what was sealed, and at the end when the last one is missing.
 */
export function openSealedStream(key: Buffer): Transform {
  let head: Buffer | undefined = Buffer.alloc(0);
  let prefix = Buffer.alloc(0);
  const chunks = new Chunks(SEALED_CHUNK_BYTES);
  let count = 0;
  const open = (sealed: Buffer, last: boolean) => {
    if (sealed.length < TAG_BYTES) throw new SealBroken('it is cut off');
    const decipher: DecipherGCM = createDecipheriv(CIPHER, key, nonce(prefix, count, last));
    count += 1;
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
    try {
      decipher.final();
    } catch (error) {
      throw new SealBroken('it was changed or cut off, or sealed with another key', { cause: error });
    }
    return plain;
  };
  const takeHead = (data: Buffer): Buffer => {
    if (!head) return data;
    head = Buffer.concat([head, data]);
    if (head.length < HEAD_BYTES) return Buffer.alloc(0);
    if (!head.subarray(0, MAGIC.length).equals(MAGIC)) throw new SealBroken('it is no sealed stream');
    prefix = Buffer.from(head.subarray(MAGIC.length, HEAD_BYTES));
    const rest = head.subarray(HEAD_BYTES);
    head = undefined;
    return rest;
  };
  return new Transform({
    transform(data: Buffer, _encoding, done) {
      guarded(done, () => {
        for (const chunk of chunks.add(takeHead(data))) this.push(open(chunk, false));
      });
    },
    flush(done) {
      guarded(done, () => {
        if (head) throw new SealBroken('it is cut off');
        this.push(open(chunks.rest(), true));
      });
    },
  });
}

/** Prefix, number (32 bits: a thousand terabytes), whether it is the last: 12 bytes. */
function nonce(prefix: Buffer, number: number, last: boolean): Buffer {
  const tail = Buffer.alloc(5);
  tail.writeUInt32BE(number); // throws beyond 32 bits: no nonce is ever used twice
  tail.writeUInt8(last ? 1 : 0, 4);
  return Buffer.concat([prefix, tail]);
}

/** Cuts what comes in into chunks of one size; holds the last one back, as only the end tells that it is the last. */
class Chunks {
  private parts: Buffer[] = [];
  private held = 0;

  constructor(private readonly size: number) {}

  *add(data: Buffer): Generator<Buffer> {
    if (data.length === 0) return;
    this.parts.push(data);
    this.held += data.length;
    if (this.held <= this.size) return;
    let whole = Buffer.concat(this.parts);
    while (whole.length > this.size) {
      yield whole.subarray(0, this.size);
      whole = whole.subarray(this.size);
    }
    this.parts = [whole];
    this.held = whole.length;
  }

  rest(): Buffer {
    return Buffer.concat(this.parts);
  }
}

function guarded(done: TransformCallback, work: () => void): void {
  try {
    work();
    done();
  } catch (error) {
    done(error as Error);
  }
}
