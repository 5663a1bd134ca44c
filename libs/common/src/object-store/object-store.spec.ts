import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ruleBroken } from '../errors/domain-error.js';
import { LocalObjectStore } from './local-object-store.js';
import { filesOfTenant, type ObjectStore } from './object-store.js';
import { S3ObjectStore } from './s3-object-store.js';

const BUCKET = 'books';
/** More than one part of an upload to S3. */
const LARGE_BYTES = 6_000_000;

describe('Object stores', () => {
  let folder: string;
  let server: FauxqsServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'finvera-objects-'));
    server = await startFauxqs({ port: 0, logger: false });
    server.createBucket(BUCKET);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const s3 = (port: number) =>
    new S3ObjectStore({
      bucket: BUCKET,
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      pathStyle: true,
      prefix: 'finvera/',
    });
  const pieces = (content: Buffer) =>
    Readable.from(
      (function* () {
        for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
      })(),
    );
  const stores: [string, () => ObjectStore][] = [
    ['a folder', () => new LocalObjectStore(folder)],
    ['a bucket', () => s3(server.port)],
  ];

  it.each(stores)('%s gives back what was put, and forgets what was removed', async (_, open) => {
    const store = open();
    const [one, two] = [`${filesOfTenant('1')}attachments/5`, `${filesOfTenant('10')}attachments/5`];
    for (const content of [randomBytes(LARGE_BYTES), Buffer.from('hello')]) {
      await store.put(one, pieces(content));
      expect((await buffer((await store.get(one))!)).equals(content)).toBe(true);
    }
    await store.put(two, pieces(Buffer.from('of another one')));
    await store.put(`${filesOfTenant('1')}attachments/6`, pieces(Buffer.from('6')));
    expect([await store.size(one), await store.size(`${one}5`)]).toEqual([5, null]);
    const keys: string[] = [];
    for await (const key of store.keys(filesOfTenant('1'))) keys.push(key);
    expect(keys.sort()).toEqual([one, `${filesOfTenant('1')}attachments/6`]);
    await store.remove(one);
    await store.remove(one);
    expect(await store.get(one)).toBeNull();
    await store.removeAll(filesOfTenant('1'));
    await store.removeAll(filesOfTenant('1'));
    expect(await store.get(`${filesOfTenant('1')}attachments/6`)).toBeNull();
    expect((await buffer((await store.get(two))!)).toString()).toBe('of another one');
  });

  it.each(stores)('%s keeps nothing of a stream that breaks off, and says why it did', async (_, open) => {
    const store = open();
    for (const before of [10, LARGE_BYTES]) {
      const broken = Readable.from(
        (async function* () {
          yield randomBytes(before);
          throw ruleBroken('too_much', 'That was too much.');
        })(),
      );
      await expect(store.put('broken/1', broken)).rejects.toMatchObject({ code: 'too_much' });
      expect(await store.get('broken/1')).toBeNull();
    }
  });

  it.each(stores)('%s refuses what is no key', async (_, open) => {
    for (const key of ['../etc/passwd', '/etc/passwd', 'a//b', 'a/../b', '.hidden', '', 'a b'])
      await expect(open().get(key)).rejects.toThrow('no key');
    await expect(open().removeAll('tenants/1')).rejects.toThrow('slash');
  });

  it('a bucket that does not answer, and a folder that cannot be written, are 503', async () => {
    const away = { status: 503, code: 'object_store_unavailable' };
    await expect(s3(1).put('a', pieces(Buffer.from('x')))).rejects.toMatchObject(away);
    await expect(s3(1).get('a')).rejects.toMatchObject(away);
    await expect(new LocalObjectStore('/dev/null/nowhere').put('a', pieces(Buffer.from('x')))).rejects.toMatchObject(
      away,
    );
    expect(readdirSync(folder)).not.toContain('broken.partial');
  });
});
