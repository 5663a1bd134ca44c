import { type GivenBucket, givenBucket, PDF } from './support/attachments.js';
import { until } from './support/process.js';

describe('Attachments', () => {
  let given: GivenBucket;

  beforeAll(async () => {
    given = await givenBucket({ env: { BACKUP_KEEP_DAYS: '0' } });
  });
  afterAll(() => given?.end());

  it('that a kill -9 caught between content and commit, and those of deleted drafts, are swept', async () => {
    const { platform, acme, attach, begin, givenVoucher, isKept, rows, uploading } = given;
    const draft = await givenVoucher('draft');
    const ofDraft = (await attach(draft, PDF)).body.data.attachment.id;
    expect((await acme.user.delete(`/api/vouchers/${draft}`)).status).toBe(200);
    const kept = (await attach(await givenVoucher(), PDF)).body.data.attachment.id;
    const voucher = await givenVoucher();
    const { finish } = begin(voucher);
    const id = await until(() => uploading(voucher), 'the upload has begun');
    const gate = await platform.connect(acme.dbName);
    await gate.beginTransaction();
    await gate.query('SELECT 1 FROM attachments WHERE id = ? FOR UPDATE', [id]);
    finish();
    await until(() => isKept(id), 'the content is kept');
    await platform.apis[0]!.kill();
    await gate.rollback();
    await gate.end();
    platform.startApi();
    await platform.untilReady();
    expect(await uploading(voucher)).toBe(id);
    const older = 'UPDATE attachments SET uploaded_at = uploaded_at - INTERVAL 2 HOUR WHERE id = ?';
    await platform.sql(older, [id], acme.dbName);
    const asked = await platform.admin.post('/api/admin/schedules/sweep-attachments/run');
    await until(async () => {
      const { body } = await platform.admin.get('/api/admin/schedules');
      const { last_run: last } = body.data.schedules.find(({ name }: { name: string }) => name === 'sweep-attachments');
      return last?.status === 'succeeded';
    }, `the sweep is done: ${asked.text}`);
    expect(await rows()).toEqual([{ id: kept, state: 'stored' }]);
    expect([await isKept(id), await isKept(ofDraft), await isKept(kept)]).toEqual([false, false, true]);
  });

  it('end with their company, and with no other', async () => {
    const { platform, attach, givenVoucher, isKept } = given;
    const gone = await platform.givenTenant();
    const theirs = (await attach(await givenVoucher('posted', gone), PDF, { tenant: gone })).body.data.attachment.id;
    const ours = (await attach(await givenVoucher(), PDF)).body.data.attachment.id;
    expect(await isKept(theirs, gone)).toBe(true);
    const { body } = await platform.admin.get(`/api/admin/tenants/${gone.id}`);
    const confirm = { confirm: 'DELETE', company_name: body.data.tenant.company_name };
    const asked = await platform.admin.delete(`/api/admin/tenants/${gone.id}?purge=true`, confirm);
    expect(asked.status).toBe(202);
    await until(async () => {
      const { body: now } = await platform.admin.get(`/api/admin/operations/${asked.body.data.operation.id}`);
      return now.data.operation.status === 'succeeded';
    }, 'the company is gone');
    expect([await isKept(theirs, gone), await isKept(ours)]).toEqual([false, true]);
  });
});
