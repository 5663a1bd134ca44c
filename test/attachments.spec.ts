import { randomBytes } from 'node:crypto';
import { call } from './support/http.js';
import { type GivenBucket, givenBucket, PDF } from './support/attachments.js';
import { until } from './support/process.js';

const MAX_BYTES = 7_000_000;
const PER_VOUCHER = 4;

describe('Attachments, in a bucket', () => {
  let given: GivenBucket;

  beforeAll(async () => {
    const env = { ATTACHMENT_MAX_BYTES: String(MAX_BYTES), ATTACHMENTS_PER_VOUCHER: String(PER_VOUCHER) };
    given = await givenBucket({ env, worker: false });
  });
  afterAll(() => given?.end());

  it('are kept as they were sent, and given back so that no browser runs them', async () => {
    const { platform, acme, attach, givenVoucher } = given;
    const voucher = await givenVoucher();
    const large = Buffer.concat([PDF, randomBytes(6_000_000)]);
    const sent = await attach(voucher, large, { name: 'C:\\bills\\Rechnung für\u202Efdp.pdf' });
    expect(sent).toMatchObject({
      status: 201,
      body: {
        data: {
          attachment: { name: 'Rechnung fürfdp.pdf', content_type: 'application/pdf', size_bytes: large.length },
        },
      },
    });
    const { id } = sent.body.data.attachment;
    const path = `/api/vouchers/${voucher}/attachments`;
    expect((await acme.user.get(path)).body.data.attachments).toEqual([sent.body.data.attachment]);
    const got = await fetch(`http://127.0.0.1:${platform.port}${path}/${id}/content`, {
      headers: { authorization: `Bearer ${acme.user.token}` },
    });
    expect(Buffer.from(await got.arrayBuffer()).equals(large)).toBe(true);
    expect(Object.fromEntries(got.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="Rechnung f_rfdp.pdf"; filename*=UTF-8''Rechnung%20f%C3%BCrfdp.pdf`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    const other = await givenVoucher();
    expect((await acme.user.get(`/api/vouchers/${other}/attachments/${id}/content`)).status).toBe(404);
  });

  it('are refused with a sentence, and leave nothing', async () => {
    const { acme, send, attach, givenVoucher, rows } = given;
    const voucher = await givenVoucher();
    const before = await rows();
    for (const [content, code, status] of [
      [Buffer.from('MZ\x90\x00\x03\x00\x00\x00'), 'attachment_type_not_allowed', 422],
      ['', 'attachment_empty', 422],
      [Buffer.concat([PDF, Buffer.alloc(MAX_BYTES)]), 'attachment_too_large', 413],
    ] as const)
      expect(await attach(voucher, content as Buffer)).toMatchObject({ status, body: { code } });
    expect(await attach('1', PDF)).toMatchObject({ status: 404, body: { code: 'voucher_not_found' } });
    expect((await acme.user.post(`/api/vouchers/${voucher}/attachments`, {})).status).toBe(400);
    expect((await send('/api/ledgers', PDF)).status).toBe(415);
    expect(await rows()).toEqual(before);
    // a page is kept as the text that it is
    expect(
      (await attach(voucher, '<script>alert(1)</script>', { name: 'a.html' })).body.data.attachment.content_type,
    ).toBe('text/plain');
    for (let more = 1; more < PER_VOUCHER; more += 1)
      expect((await attach(voucher, 'a,b\n', { name: 'a.csv' })).status).toBe(201);
    expect(await attach(voucher, PDF)).toMatchObject({ status: 422, body: { code: 'too_many_attachments' } });
    await acme.user.post(`/api/vouchers/${voucher}/cancel`, { reason: 'x' });
    expect(await attach(voucher, PDF)).toMatchObject({ status: 409, body: { code: 'voucher_already_cancelled' } });
  });

  it('that are no proper upload are refused as such, and cost nobody else anything', async () => {
    const { platform, acme, givenVoucher, rows } = given;
    const voucher = await givenVoucher();
    const before = await rows();
    const part = (name: string, file?: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"${file ? `; filename="${file}"` : ''}\r\n\r\nhello\r\n`;
    for (const [type, body, status] of [
      ['multipart/form-data', part('file', 'a.txt'), 400],
      ['multipart/form-data; boundary=b', '', 400],
      ['multipart/form-data; boundary=b', `${part('note')}--b--\r\n`, 400],
      ['multipart/form-data; boundary=b', part('file', 'a.txt').slice(0, -2), 400],
      [
        'multipart/form-data; boundary=b',
        `${Array.from({ length: 9 }, (_, at) => part(`f${at}`)).join('')}--b--\r\n`,
        413,
      ],
    ] as const)
      expect([
        body,
        await call(platform.port, `/api/vouchers/${voucher}/attachments`, {
          method: 'POST',
          token: acme.user.token,
          raw: body,
          headers: { 'content-type': type },
        }),
      ]).toMatchObject([body, { status, body: { success: false } }]);
    expect(await rows()).toEqual(before);
  });

  it('count toward the storage of the plan', async () => {
    const { platform, acme, attach, givenVoucher } = given;
    const measured = async () =>
      (await platform.admin.post(`/api/admin/tenants/${acme.id}/storage/measure`)).body.data.storage.used_mb;
    const before = await measured();
    await attach(await givenVoucher(), Buffer.concat([PDF, randomBytes(5 * 1_048_576)]));
    expect((await measured()) - before).toBeGreaterThan(4.9);
  });

  it('come once with an Idempotency-Key', async () => {
    const { acme, attach, givenVoucher } = given;
    const voucher = await givenVoucher();
    const headers = { 'idempotency-key': randomBytes(8).toString('hex') };
    const first = await attach(voucher, PDF, { headers });
    expect(await attach(voucher, PDF, { headers })).toEqual(first);
    expect(await attach(voucher, 'another one', { headers })).toMatchObject({
      status: 409,
      body: { code: 'idempotency_key_reused' },
    });
    expect((await acme.user.get(`/api/vouchers/${voucher}/attachments`)).body.data.attachments).toHaveLength(1);
  });

  it('are removed with a reason, which stays with what they were', async () => {
    const { platform, acme, attach, isKept, givenVoucher } = given;
    const voucher = await givenVoucher();
    const { id } = (await attach(voucher, PDF)).body.data.attachment;
    const path = `/api/vouchers/${voucher}/attachments/${id}`;
    expect(await isKept(id)).toBe(true);
    expect((await acme.user.delete(path, {})).status).toBe(400);
    expect((await acme.user.delete(path, { reason: 'Of another voucher' })).status).toBe(200);
    expect((await acme.user.delete(path, { reason: 'Of another voucher' })).status).toBe(404);
    expect(await isKept(id)).toBe(false);
    const { entries } = (await acme.user.get(`/api/edit-log?object_type=voucher&object_id=${voucher}`)).body.data;
    const removal = entries.find(({ action }: { action: string }) => action === 'attachment_removed');
    expect(removal).toMatchObject({
      reason: 'Of another voucher',
      before: { attachment: { id, size_bytes: PDF.length } },
    });
    await expect(
      platform.sql("DELETE FROM attachments WHERE state = 'stored' AND voucher_id IS NOT NULL", [], acme.dbName),
    ).rejects.toThrow('removed before it is deleted');
  });

  it('of somebody who hangs up leave nothing', async () => {
    const { isKept, givenVoucher, begin, uploading } = given;
    const voucher = await givenVoucher();
    const { upload } = begin(voucher);
    const id = await until(() => uploading(voucher), 'the upload has begun');
    upload.destroy();
    await until(async () => (await uploading(voucher)) === undefined, 'the upload is forgotten');
    expect(await isKept(id)).toBe(false);
  });
});
