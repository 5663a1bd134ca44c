import { ObjectStoreConfig, openObjectStore } from '@finvera/common';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { DumpBucket } from './dump-bucket.js';
import { DumpFolder } from './dump-folder.js';
import type { DumpStore } from './dump-store.js';

describe('where backups are kept', () => {
  let folder: string;
  let server: FauxqsServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'finvera-dumps-'));
    server = await startFauxqs({ port: 0, logger: false });
    server.createBucket('backups');
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const bucket = (port: number) =>
    new DumpBucket(
      openObjectStore({
        ...new ObjectStoreConfig(),
        OBJECT_STORE: 's3',
        S3_BUCKET: 'backups',
        S3_ENDPOINT: `http://127.0.0.1:${port}`,
        S3_ACCESS_KEY_ID: 'key',
        S3_SECRET_ACCESS_KEY: 'secret',
        S3_PATH_STYLE: true,
      }),
      'the bucket backups',
    );
  const stores: [string, () => DumpStore][] = [
    ['a folder', () => new DumpFolder(folder)],
    ['a bucket', () => bucket(server.port)],
  ];
  const namesIn = async (store: DumpStore, of?: string) => {
    const names: string[] = [];
    for await (const name of store.names(of)) names.push(name);
    return names.sort();
  };

  it.each(stores)('%s keeps files wholly or not at all, and knows their names and sizes', async (_, open) => {
    const store = open();
    const content = randomBytes(6_000_000); // more than one part of an upload to S3
    const fill = (data: Buffer) => (sink: NodeJS.WritableStream) => pipeline(Readable.from([data]), sink);
    expect(await store.write('t1/b1.sql', fill(content))).toEqual({
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    await store.writeText('t1/b1.json', '{}\n');
    await store.writeText('master/m1.json', '{}\n');
    expect((await buffer(store.read('t1/b1.sql'))).equals(content)).toBe(true);
    expect([await store.size('t1/b1.sql'), await store.size('t1/none')]).toEqual([content.length, null]);
    expect(await namesIn(store)).toEqual(['master/m1.json', 't1/b1.json', 't1/b1.sql']);
    expect(await namesIn(store, 'master')).toEqual(['master/m1.json']);
    expect(await namesIn(store, 'nobody')).toEqual([]);
    const brokenOff = store.write('t2/b2.sql', (sink) =>
      pipeline(
        (async function* () {
          yield content;
          throw new Error('the dump failed');
        })(),
        sink,
      ),
    );
    await expect(brokenOff).rejects.toThrow('the dump failed');
    expect(await store.size('t2/b2.sql')).toBeNull();
    await expect(buffer(store.read('t2/b2.sql'))).rejects.toMatchObject({ code: 'ENOENT' });
    for (const name of await namesIn(store)) await store.remove(name);
    await store.remove('t1/b1.sql');
    expect(await namesIn(store)).toEqual([]);
  });

  it('a bucket that does not answer is 503', async () => {
    const fill = (sink: NodeJS.WritableStream) => pipeline(Readable.from([randomBytes(10)]), sink);
    const away = { status: 503, code: 'object_store_unavailable' };
    await expect(bucket(1).write('t1/b1.sql', fill)).rejects.toMatchObject(away);
    await expect(buffer(bucket(1).read('t1/b1.sql'))).rejects.toMatchObject(away);
  });
});
