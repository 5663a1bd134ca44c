import { LocalObjectStore } from '@finvera/common';
import { deflateRawSync } from 'node:zlib';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  asAdministrator,
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { AttachFile } from './attach-file.js';
import { AttachmentConfig } from './attachment.config.js';
import { AttachmentStore } from './attachment-store.js';
import { contentTypeOf } from './content-type.js';
import { cleanFileName, dispositionOf } from './file-name.js';
import { RemoveAttachment } from './remove-attachment.js';
import { SweepAttachments } from './sweep-attachments.js';

const refused = (code: string) => expect.objectContaining({ code });

describe('The name of a file', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\bills\\May.pdf', 'May.pdf'],
    ['in\u202Efdp.exe', 'infdp.exe'],
    ['a\r\nSet-Cookie: x.pdf', 'aSet-Cookie_ x.pdf'],
    ['  .hidden. ', 'hidden'],
    ['...', 'file'],
    ['', 'file'],
    [`${'ä'.repeat(300)}.pdf`, `${'ä'.repeat(196)}.pdf`],
  ])('%j is kept as %j', (sent, kept) => {
    expect(cleanFileName(sent)).toBe(kept);
  });

  it('goes into a header whatever it is', () => {
    expect(dispositionOf('Rechnung "für" 50%.pdf')).toBe(
      `attachment; filename="Rechnung _f_r_ 50_.pdf"; filename*=UTF-8''Rechnung%20%22f%C3%BCr%22%2050%25.pdf`,
    );
  });
});

describe('What a file is', () => {
  const zip = (name: string, content: string) => {
    const data = deflateRawSync(Buffer.from(content));
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(content.length, 22);
    head.writeUInt16LE(name.length, 26);
    return Buffer.concat([head, Buffer.from(name), data]);
  };
  const sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

  it.each([
    ['PDF', Buffer.from('%PDF-1.7\n'), 'a.exe', 'application/pdf'],
    ['PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'a', 'image/png'],
    ['a sheet whose kind stands later', zip('docProps/app.xml', '<a/>'), 'a.xlsx', sheet],
    ['some archive', zip('a.exe', 'MZ'), 'a.zip', null],
    ['a program', Buffer.from('4d5a90000300000004000000ffff0000', 'hex'), 'a.pdf', null],
    ['a table', Buffer.from('Date,Amount\n'), 'a.csv', 'text/csv'],
    ['a page', Buffer.from('<!doctype html><script>x</script>'), 'a.html', 'text/plain'],
    ['a text of which a letter is cut', Buffer.from('für').subarray(0, 2), 'a.txt', 'text/plain'],
    ['bytes that are no text', Buffer.from([0x66, 0xff, 0x00]), 'a.txt', null],
  ])('%s', async (_, head, name, type) => {
    expect(await contentTypeOf(head, name)).toBe(type);
  });
});

describeWithDatabase('Attachments', () => {
  let company: GivenCompany;
  let folder: string;
  let objects: LocalObjectStore;
  let store: AttachmentStore;
  let attachFile: AttachFile;
  let removal: RemoveAttachment;
  let sweep: SweepAttachments;
  /** bytes of files, as the platform knows them */
  let noted = 0;

  beforeAll(async () => {
    company = await givenCompany();
    folder = mkdtempSync(join(tmpdir(), 'finvera-attachments-'));
    objects = new LocalObjectStore(folder);
    const { dataSource, change, transaction, editLog } = company;
    const files = {
      add: async (_: string, bytes: number) => {
        noted += bytes;
      },
      set: async (_: string, bytes: number) => {
        noted = bytes;
      },
    };
    store = new AttachmentStore(dataSource, objects, files);
    attachFile = new AttachFile(change, transaction, store, editLog, new AttachmentConfig());
    removal = new RemoveAttachment(change, store);
    sweep = new SweepAttachments(dataSource, store);
  });
  afterAll(async () => {
    await company?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const post = async (status: 'posted' | 'draft' = 'posted') =>
    (await company.vouchers.post([{ ...twoEntries('Cash', 'Profit & Loss A/c', '1.00'), status }], asClerk))[0]!.id;
  const attach = (voucher: string, content = 'hello') =>
    attachFile.attach(voucher, { name: 'a.txt', content: Readable.from([Buffer.from(content)]) }, { actor: clerk });
  const contentOf = async (id: string) => {
    const content = await objects.get(store.keyOf(id));
    return content && (await buffer(content)).toString();
  };

  it('of a voucher in a locked period are added, and removed only by who may, with a reason', async () => {
    const voucher = await post();
    await company.sql("UPDATE company_settings SET lock_date = '2023-12-31'");
    const { id, sha256 } = await attach(voucher);
    expect(sha256).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    const wrong = { reason: 'Of another one' };
    await expect(removal.remove(voucher, id, wrong, asClerk)).rejects.toEqual(refused('period_locked'));
    await expect(removal.remove(voucher, id, {}, asAdministrator)).rejects.toEqual(refused('validation_failed'));
    await removal.remove(voucher, id, { ...wrong, lock_override_reason: 'The auditor asked' }, asAdministrator);
    await company.sql('UPDATE company_settings SET lock_date = NULL');
    expect(noted).toBe(0);
    expect(await contentOf(id)).toBeNull();
    const [logged] = await company.sql<{ reason: string }>(
      "SELECT reason FROM edit_log WHERE action = 'attachment_removed'",
    );
    expect(logged?.reason).toBe('Of another one; The auditor asked');
  });

  it('of a draft go when it was deleted; what belongs to a voucher, or is on its way, stays', async () => {
    const [draft, voucher] = [await post('draft'), await post()];
    const [ofDraft, kept] = [await attach(draft), await attach(voucher)];
    await company.deleteDraft.delete(draft, asClerk);
    await company.sql(
      "INSERT INTO attachments (id, voucher_id, name, uploaded_by, uploaded_at) VALUES (1, ?, 'a', 'x', NOW(6)), (2, ?, 'b', 'x', '2023-05-01')",
      [voucher, voucher],
    );
    await objects.put(store.keyOf('2'), Readable.from(['half']));
    expect(noted).toBe(10);
    expect(await sweep.run()).toEqual({ swept: 2 });
    expect(noted).toBe(5);
    expect(await sweep.run()).toEqual({ swept: 0 });
    expect([await contentOf(ofDraft.id), await contentOf('2'), await contentOf(kept.id)]).toEqual([
      null,
      null,
      'hello',
    ]);
    // also when somebody believes, after an answer that was lost, that it never came to be
    await store.discard(kept.id);
    expect(await contentOf(kept.id)).toBe('hello');
    expect(await store.ofVoucher(voucher)).toHaveLength(1);
  });

  it('of a draft that was deleted while they were on their way are refused', async () => {
    const draft = await post('draft');
    const content = Readable.from(
      (async function* () {
        yield Buffer.from('hello');
        await company.deleteDraft.delete(draft, asClerk);
      })(),
    );
    const late = attachFile.attach(draft, { name: 'a.txt', content }, { actor: clerk });
    await expect(late).rejects.toEqual(refused('voucher_not_found'));
    expect(
      await company.sql("SELECT 1 FROM attachments WHERE voucher_id IS NULL OR state <> 'stored' AND id > 10"),
    ).toEqual([]);
  });
});
