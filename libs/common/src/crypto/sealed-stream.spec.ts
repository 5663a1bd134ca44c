import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { newSealKey, openSealedStream, SealBroken, sealStream } from './sealed-stream.js';

const CHUNK = 262_144;
const SEALED_CHUNK = CHUNK + 16;
const HEAD = 15;
const key = newSealKey();

/** In pieces of any size, as pipes deliver them. */
function pieces(data: Buffer, size: number): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
    })(),
  );
}

const sealed = (data: Buffer, size = 65_536) => buffer(pieces(data, size).pipe(sealStream(key)));
const opened = (data: Buffer, { size = 65_536, withKey = key } = {}) =>
  new Promise<Buffer>((resolve, reject) => {
    const stream = openSealedStream(withKey);
    stream.on('error', reject);
    buffer(pieces(data, size).pipe(stream)).then(resolve, reject);
  });

describe('a sealed stream', () => {
  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17])('gives %i bytes back', async (length) => {
    const data = Buffer.alloc(length, 'voucher');
    const file = await sealed(data);
    expect((await opened(file)).equals(data)).toBe(true);
    expect(file.includes('vouchervoucher')).toBe(false);
  });

  it('in whatever pieces it is written and read', async () => {
    const data = Buffer.from(Array.from({ length: 2 * CHUNK + 99 }, (_, index) => index % 251));
    const sizes = fc.integer({ min: 1_000, max: 600_000 });
    await fc.assert(
      fc.asyncProperty(sizes, sizes, async (written, read) => {
        expect((await opened(await sealed(data, written), { size: read })).equals(data)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses what was changed at any place, or cut off anywhere, also between two chunks', async () => {
    const file = await sealed(Buffer.alloc(2 * CHUNK + 1_000, 'ledger'));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: file.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        async (at, bit) => {
          const flipped = Buffer.from(file);
          flipped[at] = flipped[at]! ^ (1 << bit);
          await expect(opened(flipped)).rejects.toThrow(SealBroken);
          await expect(opened(file.subarray(0, at))).rejects.toThrow(SealBroken);
        },
      ),
      {
        numRuns: 40,
        examples: [
          [HEAD + SEALED_CHUNK, 0],
          [HEAD + 2 * SEALED_CHUNK, 0],
          [0, 0],
        ],
      },
    );
  });

  it('refuses chunks in another order, twice, or with something behind them', async () => {
    const file = await sealed(Buffer.alloc(3 * CHUNK, 'order'));
    const head = file.subarray(0, HEAD);
    const chunk = (number: number) => file.subarray(HEAD + number * SEALED_CHUNK, HEAD + (number + 1) * SEALED_CHUNK);
    await expect(opened(Buffer.concat([head, chunk(1), chunk(0), chunk(2)]))).rejects.toThrow(SealBroken);
    await expect(opened(Buffer.concat([head, chunk(0), chunk(0), chunk(1), chunk(2)]))).rejects.toThrow(SealBroken);
    await expect(opened(Buffer.concat([head, chunk(0), chunk(1)]))).rejects.toThrow(SealBroken);
    await expect(opened(Buffer.concat([file, Buffer.from('more')]))).rejects.toThrow(SealBroken);
  });

  it('refuses another key', async () => {
    await expect(opened(await sealed(Buffer.from('books')), { withKey: newSealKey() })).rejects.toThrow(SealBroken);
  });
});
