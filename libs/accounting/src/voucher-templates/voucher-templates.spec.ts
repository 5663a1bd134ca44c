import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { DuplicateVoucher } from '../vouchers/duplicate-voucher.js';
import { ManageVoucherTemplates, VOUCHER_TEMPLATE } from './manage-voucher-templates.js';
import { PostDueVouchers } from './post-due-vouchers.js';
import type { ScheduleDto } from './voucher-template.dto.js';

const refused = (code: string, field?: string) =>
  expect.objectContaining({
    code,
    ...(field && { details: expect.arrayContaining([expect.objectContaining({ field })]) }),
  });

describeWithDatabase('Voucher templates', () => {
  let company: GivenCompany;
  let templates: ManageVoucherTemplates;
  let due: PostDueVouchers;

  beforeAll(async () => {
    company = await givenCompany();
    const { dataSource, transaction, settings, records, vouchers, postDraft } = company;
    templates = new ManageVoucherTemplates(records, transaction, settings, vouchers);
    due = new PostDueVouchers(dataSource, transaction, settings, vouchers, postDraft);
    await company.ledgers.create({ name: 'Rent', group: 'Indirect Expenses' }, clerk);
  });
  afterAll(() => company?.close());

  const { date: _, ...rent } = { ...twoEntries('Rent', 'Cash', '100.00'), narration: 'Rent' };
  const create = (name: string, schedule?: ScheduleDto) => templates.create({ name, voucher: rent, schedule }, clerk);
  const datesOf = async (ids: string[]) =>
    (await company.read.byIds(ids)).map(({ date, status }) => `${date} ${status}`);

  it('are posted by hand, on a date and with words of their own', async () => {
    const { id, schedule } = await create('By hand');
    expect(schedule).toBeNull();
    const posted = await templates.use(id, { date: '2023-05-31', narration: 'May' }, asClerk);
    expect(posted).toMatchObject({ date: '2023-05-31', narration: 'May', status: 'posted', total: '100.00' });
    expect(await templates.use(id, { date: '2023-06-30', status: 'draft' }, asClerk)).toMatchObject({
      narration: 'Rent',
      status: 'draft',
    });
    await expect(create('by HAND')).rejects.toEqual(refused('voucher_template_name_taken'));
    await expect(templates.use('1', {}, asClerk)).rejects.toEqual(refused('voucher_template_not_found'));
    const broken = { ...rent, entries: [rent.entries[0]!, { ledger: 'Nobody', credit: '100.00' }] };
    await expect(templates.create({ name: 'Broken', voucher: broken }, clerk)).rejects.toEqual(
      refused('ledger_not_found'),
    );
  });

  it('recur on each day that has come, once, whoever runs it at the same moment', async () => {
    const { id } = await create('Monthly', { frequency: 'monthly', start_date: '2023-05-31', end_date: '2023-08-15' });
    const runs = await Promise.all([1, 2, 3].map(() => due.run({ until: '2023-06-30' })));
    const made = runs.flatMap(({ recurred }) => recurred).sort();
    expect(await datesOf(made)).toEqual(['2023-05-31 posted', '2023-06-30 posted']);
    expect((await company.records.one(VOUCHER_TEMPLATE, id)).schedule).toMatchObject({
      runs: 2,
      next_date: '2023-07-31',
    });
    expect(await due.run({ until: '2023-06-30' })).toMatchObject({ recurred: [], posted: [], failed: [] });
    expect(await datesOf((await due.run({})).recurred)).toEqual(['2023-07-31 posted']);
    expect((await company.records.one(VOUCHER_TEMPLATE, id)).schedule!.next_date).toBeNull();
    const stopped = await templates.update(id, { schedule: null }, undefined, clerk);
    expect(stopped.schedule).toBeNull();
  });

  it('that are refused stay due with their reason, and hold up no other', async () => {
    const failing = await company.ledgers.create({ name: 'Failing', group: 'Indirect Expenses' }, clerk);
    const voucher = {
      ...rent,
      entries: [
        { ledger: 'Failing', debit: '1.00' },
        { ledger: 'Cash', credit: '1.00' },
      ],
    };
    const schedule = { frequency: 'yearly', start_date: '2023-05-01', post_as: 'draft' } as const;
    const { id } = await templates.create({ name: 'Fails', voucher, schedule }, clerk);
    await company.ledgers.update(failing.id, { is_active: false }, undefined, clerk);
    const fine = await create('Works', { ...schedule, start_date: '2023-05-02' });
    const run = await due.run({ until: '2023-05-31' });
    expect(run.failed).toEqual([
      expect.objectContaining({ template_id: id, date: '2023-05-01', code: 'ledger_inactive' }),
    ]);
    expect(await datesOf(run.recurred)).toEqual(['2023-05-02 draft']);
    expect((await company.records.one(VOUCHER_TEMPLATE, id)).schedule!.last_error).toMatch(/Failing is not active/);
    await company.ledgers.update(failing.id, { is_active: true }, undefined, clerk);
    expect((await due.run({ until: '2023-05-31' })).recurred).toHaveLength(1);
    expect((await company.records.one(VOUCHER_TEMPLATE, id)).schedule).toMatchObject({ last_error: null, runs: 1 });
    for (const one of [id, fine.id]) await templates.delete(one, clerk);
    await company.deleteDraft.delete(run.recurred[0]!, asClerk);
  });

  it('post-dated vouchers are drafts until their date', async () => {
    const before = await company.balanceOf('Rent');
    const post = (date: string) => company.vouchers.post([{ ...rent, date, status: 'post_dated' }], asClerk);
    const [[early], [late]] = [await post('2023-09-01'), await post('2099-01-01')];
    expect(early).toMatchObject({ status: 'draft', post_dated: true, number: null });
    expect(await company.read.one(early!.id)).toEqual(early);
    expect(await company.balanceOf('Rent')).toBe(before);
    expect((await due.run({})).posted).toEqual([early!.id]);
    expect(await company.read.one(early!.id)).toMatchObject({ status: 'posted', post_dated: false });
    expect(await company.balanceOf('Rent')).toBe((Number(before) + 100).toFixed(2));
    expect(await company.read.one(late!.id)).toMatchObject({ status: 'draft', post_dated: true });
    await company.deleteDraft.delete(late!.id, asClerk);
    expect(await company.sql('SELECT * FROM post_dated_vouchers')).toEqual([]);
  });

  it('a voucher is duplicated without what belongs to the old one', async () => {
    await company.ledgers.create({ name: 'Customer', group: 'Sundry Debtors', bill_by_bill: true }, clerk);
    const [old] = await company.vouchers.post(
      [
        {
          ...rent,
          date: '2023-05-02',
          reference: 'PO-1',
          entries: [
            { ledger: 'Customer', debit: '10.00', bills: [{ type: 'new_ref', name: 'INV-1', amount: '10.00' }] },
            { ledger: 'Cash', credit: '10.00' },
          ],
        },
      ],
      asClerk,
    );
    const duplicate = new DuplicateVoucher(company.transaction, company.settings, company.read, company.vouchers);
    const draft = await duplicate.duplicate(old!.id, {}, asClerk);
    expect(draft).toMatchObject({ status: 'draft', reference: '', total: '10.00', number: null });
    expect(draft.entries[0]!.bills).toMatchObject([{ type: 'on_account', amount: '10.00' }]);
    expect(await duplicate.duplicate(old!.id, { date: '2023-05-03', status: 'posted' }, asClerk)).toMatchObject({
      date: '2023-05-03',
      status: 'posted',
    });
  });
});
