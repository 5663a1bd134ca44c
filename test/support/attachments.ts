import { ObjectStoreConfig, openObjectStore } from '@finvera/common';
import { startFauxqs } from 'fauxqs';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { type GivenTenant, givenPlatform, type PlatformOptions } from './platform.js';

const BUCKET = 'files';

/** Something that is known as a PDF. */
export const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(2_000)]);

export interface UploadOptions {
  name?: string;
  headers?: Record<string, string>;
  tenant?: GivenTenant;
}

/** A platform whose files go into a bucket, and a company in it. */
export async function givenBucket({ env: more = {}, ...options }: PlatformOptions) {
  const server = await startFauxqs({ port: 0, logger: false });
  server.createBucket(BUCKET);
  const env = {
    OBJECT_STORE: 's3',
    S3_BUCKET: BUCKET,
    S3_ENDPOINT: `http://127.0.0.1:${server.port}`,
    S3_ACCESS_KEY_ID: 'key',
    S3_SECRET_ACCESS_KEY: 'secret',
    S3_PATH_STYLE: 'true',
    S3_PREFIX: 'finvera/',
    ...more,
  };
  const store = openObjectStore(Object.assign(new ObjectStoreConfig(), env, { S3_PATH_STYLE: true }));
  const platform = await givenPlatform({ ...options, env });
  const acme = await platform.givenTenant();

  const send = async (
    path: string,
    content: Buffer | string,
    { name = 'Invoice 17.pdf', headers, tenant = acme }: UploadOptions = {},
  ) => {
    const form = new FormData();
    form.append('file', new Blob([content as never]), name);
    const answer = await fetch(`http://127.0.0.1:${platform.port}${path}`, {
      method: 'POST',
      body: form,
      headers: { authorization: `Bearer ${tenant.user.token}`, ...headers },
    });
    type Body = { data: { attachment: { id: string; content_type: string } }; code: string };
    return { status: answer.status, body: (await answer.json()) as Body };
  };

  return {
    platform,
    acme,
    send,
    attach: (voucher: string, content: Buffer | string, upload: UploadOptions = {}) =>
      send(`/api/vouchers/${voucher}/attachments`, content, upload),
    /** Whether the bucket holds the content of an attachment. */
    isKept: async (id: string, tenant = acme): Promise<boolean> => {
      const content = await store.get(`tenants/${tenant.id}/attachments/${id}`);
      content?.destroy();
      return content !== null;
    },
    givenVoucher: async (status: 'posted' | 'draft' = 'posted', tenant = acme): Promise<string> => {
      const entries = [
        { ledger: 'Cash', debit: '1.00' },
        { ledger: 'Profit & Loss A/c', credit: '1.00' },
      ];
      const date = new Date().toISOString().slice(0, 10);
      const { body } = await tenant.user.post('/api/vouchers', { voucher_type: 'Journal', date, status, entries });
      return body.data.voucher.id;
    },
    rows: () =>
      platform.sql<{ id: string; state: string }>('SELECT id, state FROM attachments ORDER BY id', [], acme.dbName),
    /** An upload of which a part was sent. */
    begin: (voucher: string) => {
      const boundary = 'a-boundary';
      const upload = request({
        host: '127.0.0.1',
        port: platform.port,
        path: `/api/vouchers/${voucher}/attachments`,
        method: 'POST',
        headers: {
          authorization: `Bearer ${acme.user.token}`,
          'content-type': `multipart/form-data; boundary=${boundary}`,
        },
      });
      upload.on('error', () => undefined); // it is broken off on purpose
      upload.write(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n`);
      upload.write(PDF);
      return { upload, finish: () => upload.end(`\r\n--${boundary}--\r\n`) };
    },
    /** The attachment of a voucher that is on its way. */
    uploading: async (voucher: string): Promise<string | undefined> => {
      const found = "SELECT id FROM attachments WHERE state = 'uploading' AND voucher_id = ?";
      return (await platform.sql<{ id: string }>(found, [voucher], acme.dbName))[0]?.id;
    },
    end: async () => {
      await platform.stop();
      await server.stop();
    },
  };
}

export type GivenBucket = Awaited<ReturnType<typeof givenBucket>>;
