import type { S3Client } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { assertKey, assertPrefix, type ObjectStore, storeFailure } from './object-store.js';

export interface S3Options {
  bucket: string;
  region: string;
  /** undefined: Amazon's of the region */
  endpoint?: string;
  /** undefined: what the environment or the machine's role gives */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** the bucket in the path instead of the host, as most stores but Amazon's want it */
  pathStyle: boolean;
  /** begins every key; empty, or ends with a slash */
  prefix: string;
}

const CONNECT_MAX_MS = 5_000;
const ANSWER_MAX_MS = 60_000;
const TRIES_MAX = 3;
/** S3's least; larger objects are sent in parts, one at a time, and only one is in memory. */
const PART_BYTES = 5 * 1_024 * 1_024;
/** Also the most that one DeleteObjects takes. */
const PAGE = 1_000;

/** Loading the SDK takes a quarter of a second: nobody pays it before the first object. */
const sdk = () => import('@aws-sdk/client-s3');

/** Objects in a bucket of S3, or of a store that speaks like it. */
export class S3ObjectStore implements ObjectStore {
  private client?: Promise<S3Client>;

  constructor(private readonly options: S3Options) {}

  async put(key: string, body: Readable): Promise<void> {
    await this.answer(key, async (client, place) => {
      const { Upload } = await import('@aws-sdk/lib-storage');
      const upload = new Upload({ client, params: { ...place, Body: body }, queueSize: 1, partSize: PART_BYTES });
      await upload.done();
    }).catch((error: unknown) => {
      throw storeFailure(body.errored ?? error); // what the stream was refused with says more than that it broke off
    });
  }

  get(key: string): Promise<Readable | null> {
    return this.answer(key, async (client, place) => {
      const { GetObjectCommand } = await sdk();
      try {
        const { Body } = await client.send(new GetObjectCommand(place));
        return (Body as Readable | undefined) ?? null;
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return null;
        throw error;
      }
    });
  }

  size(key: string): Promise<number | null> {
    return this.answer(key, async (client, place) => {
      const { HeadObjectCommand } = await sdk();
      try {
        const { ContentLength } = await client.send(new HeadObjectCommand(place));
        return ContentLength ?? null;
      } catch (error) {
        if (['NotFound', 'NoSuchKey'].includes((error as Error).name)) return null;
        throw error;
      }
    });
  }

  async *keys(prefix: string): AsyncGenerator<string> {
    assertPrefix(prefix);
    const begin = this.options.prefix;
    for (let ContinuationToken: string | undefined; ; ) {
      const token = ContinuationToken;
      const page = await this.answer(prefix.slice(0, -1), async (client, { Bucket }) => {
        const { ListObjectsV2Command } = await sdk();
        return client.send(
          new ListObjectsV2Command({ Bucket, Prefix: begin + prefix, MaxKeys: PAGE, ContinuationToken: token }),
        );
      });
      for (const { Key } of page.Contents ?? []) yield Key!.slice(begin.length);
      ContinuationToken = page.NextContinuationToken;
      if (!ContinuationToken) return;
    }
  }

  async remove(key: string): Promise<void> {
    await this.answer(key, async (client, place) => {
      const { DeleteObjectCommand } = await sdk();
      await client.send(new DeleteObjectCommand(place));
    });
  }

  async removeAll(prefix: string): Promise<void> {
    assertPrefix(prefix);
    await this.answer(prefix.slice(0, -1), async (client, { Bucket }) => {
      const { DeleteObjectsCommand, ListObjectsV2Command } = await sdk();
      for (;;) {
        const page = { Bucket, Prefix: this.options.prefix + prefix, MaxKeys: PAGE };
        const { Contents: found = [] } = await client.send(new ListObjectsV2Command(page));
        if (found.length === 0) return;
        const Objects = found.map(({ Key }) => ({ Key }));
        const { Errors: failed = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
        );
        if (failed.length > 0) throw new Error(`${failed.length} objects were not removed: ${failed[0]!.Message}`);
      }
    });
  }

  private async answer<T>(
    key: string,
    work: (client: S3Client, place: { Bucket: string; Key: string }) => Promise<T>,
  ): Promise<T> {
    assertKey(key);
    this.client ??= this.open();
    const { bucket, prefix } = this.options;
    try {
      return await work(await this.client, { Bucket: bucket, Key: prefix + key });
    } catch (error) {
      throw storeFailure(error);
    }
  }

  private async open(): Promise<S3Client> {
    const { S3Client } = await sdk();
    const { region, endpoint, credentials, pathStyle } = this.options;
    return new S3Client({
      region,
      endpoint,
      credentials,
      forcePathStyle: pathStyle,
      maxAttempts: TRIES_MAX,
      requestHandler: { connectionTimeout: CONNECT_MAX_MS, requestTimeout: ANSWER_MAX_MS },
    });
  }
}
