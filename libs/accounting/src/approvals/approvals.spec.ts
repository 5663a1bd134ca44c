import type { Actor } from '@finvera/common';
import { OpeningBalance } from '../chart/opening-balance.js';
import { MergeLedgers } from '../ledger-merge/merge-ledgers.js';
import { VerifyBooks } from '../verify/verify-books.js';
import { ManageVoucherTemplates } from '../voucher-templates/manage-voucher-templates.js';
import { PostDueVouchers } from '../voucher-templates/post-due-vouchers.js';
import { DuplicateVoucher } from '../vouchers/duplicate-voucher.js';
import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import type { CreateVoucherDto, VoucherDto } from '../vouchers/voucher.dto.js';
import { DecideApproval } from './decide-approval.js';
import { ListWaiting } from './list-waiting.js';
import { ManageApprovalRules } from './manage-approval-rules.js';

const refused = (code: string) => expect.objectContaining({ code });
const owner: Actor = { id: '8', name: 'owner@example.com', kind: 'company', requestId: 'test-request' };
const asOwner = { actor: owner, mayOverrideLock: false };
const page = { page: 1, limit: 50 };

describeWithDatabase('Approvals', () => {
  let company: GivenCompany;
  let rules: ManageApprovalRules;
  let approvals: DecideApproval;
  let waiting: ListWaiting;
  let ruleId: string;

  beforeAll(async () => {
    company = await givenCompany();
    rules = new ManageApprovalRules(company.records, company.settings);
    approvals = new DecideApproval(company.change);
    waiting = new ListWaiting(company.dataSource, company.read);
    await company.ledgers.create({ name: 'Sales', group: 'Sales Accounts' }, clerk);
    const rule = { name: 'Journals from a thousand', voucher_type: 'journal', from_amount: '1000' };
    ruleId = (await rules.create(rule, clerk)).id;
  });
  afterAll(() => company?.close());

  const post = async (body: CreateVoucherDto, options = asClerk) => (await company.vouchers.post([body], options))[0]!;
  const sale = (amount: string) => twoEntries('Cash', 'Sales', amount);
  const submit = () => post(sale('1000.00'));
  const actionsOf = async ({ id }: VoucherDto) =>
    (
      await company.sql<{ action: string }>(
        "SELECT action FROM edit_log WHERE object_type = 'voucher' AND object_id = ? ORDER BY id",
        [id],
      )
    ).map(({ action }) => action);
  const listed = async (status: 'draft' | 'submitted') =>
    (await company.read.list({ ...page, limit: 500, status })).vouchers.map(({ id }) => id);

  it('are asked for from an amount on, of a type; what is below is posted', async () => {
    expect(await rules.one(ruleId)).toMatchObject({ from_amount: '1000.00', is_active: true });
    expect((await company.settings.get()).approvalFrom).toBe('1000.0000');
    const before = await company.balanceOf('Cash');
    const held = await submit();
    expect(held).toMatchObject({
      status: 'submitted',
      number: null,
      approval: { state: 'submitted', submitted_by: clerk.name },
    });
    expect(held).toEqual(await company.read.one(held.id));
    expect(await company.balanceOf('Cash')).toBe(before);
    expect(await listed('submitted')).toContain(held.id);
    expect(await listed('draft')).not.toContain(held.id);
    expect(await post(sale('999.99'))).toMatchObject({ status: 'posted', approval: null });
    expect(await post({ ...sale('5000.00'), voucher_type: 'Receipt' })).toMatchObject({ status: 'posted' });
    await rules.update(ruleId, { is_active: false }, { actor: clerk });
    expect((await company.settings.get()).approvalFrom).toBeNull();
    expect((await submit()).status).toBe('posted');
    await rules.update(ruleId, { is_active: true }, { actor: clerk });
    await expect(rules.create({ name: 'x', from_amount: '1.001' }, clerk)).rejects.toEqual(
      refused('validation_failed'),
    );
    await expect(rules.create({ name: 'x', voucher_type: 'Nothing', from_amount: '1' }, clerk)).rejects.toEqual(
      refused('voucher_type_not_found'),
    );
  });

  it('are asked for on every way into the books', async () => {
    const bulk = await company.vouchers.post([sale('10.00'), sale('2000.00')], { ...asClerk, bulk: true });
    expect(bulk.map(({ status }) => status)).toEqual(['posted', 'submitted']);
    const draft = await post({ ...sale('1000.00'), status: 'draft' });
    expect((await company.postDraft.post(draft.id, {}, asClerk)).status).toBe('submitted');
    await expect(company.postDraft.post(draft.id, {}, asClerk)).rejects.toEqual(refused('voucher_not_draft'));
    const { dataSource, transaction, settings, records, vouchers, postDraft, read } = company;
    const duplicate = new DuplicateVoucher(transaction, settings, read, vouchers);
    expect((await duplicate.duplicate(draft.id, { status: 'posted', date: '2023-06-01' }, asClerk)).status).toBe(
      'submitted',
    );
    const templates = new ManageVoucherTemplates(records, transaction, settings, vouchers);
    const { date: _, ...voucher } = sale('1000.00');
    const schedule = { frequency: 'monthly' as const, start_date: '2023-05-31', end_date: '2023-05-31' };
    const { id } = await templates.create({ name: 'Monthly', voucher, schedule }, owner);
    expect((await templates.use(id, { date: '2023-05-02' }, asClerk)).status).toBe('submitted');
    await post({ ...sale('1000.00'), status: 'post_dated' });
    const run = await new PostDueVouchers(dataSource, transaction, settings, vouchers, postDraft).run();
    expect(run).toMatchObject({ posted: [], failed: [] });
    expect(run.submitted).toHaveLength(1);
    const recurred = await company.read.one(run.recurred[0]!);
    expect(recurred.status).toBe('submitted');
    // whoever made the template made its vouchers
    await expect(approvals.approve(recurred.id, {}, asOwner)).rejects.toEqual(refused('approval_by_maker'));
    await expect(
      company.transaction.run((tx) => vouchers.within(tx, [sale('1000.00')], { ...asClerk, whenHeld: 'refuse' })),
    ).rejects.toEqual(refused('approval_required'));
    const [computed] = await company.transaction.run((tx) =>
      vouchers.within(tx, [sale('1000.00')], { ...asOwner, whenHeld: 'grant' }),
    );
    expect(computed).toMatchObject({ status: 'posted', approval: { state: 'approved', decided_by: owner.name } });
    const dry = await company.vouchers.post([sale('1000.00')], { ...asClerk, dryRun: true });
    expect(dry[0]?.status).toBe('submitted');
    // what belongs to the program waits for nobody
    await rules.create({ name: 'Everything', from_amount: '0' }, clerk);
    const opening = { amount: '5000.00', side: 'debit' as const };
    await company.ledgers.create({ name: 'Van', group: 'Fixed Assets', opening_balance: opening }, clerk);
    expect(await company.balanceOf('Van')).toBe('5000.00');
    const { records: all } = await rules.list(page as never);
    await rules.delete(all.find(({ name }) => name === 'Everything')!.id, clerk);
  });

  it('are given by somebody who had no hand in the voucher, and post it', async () => {
    const last = Number((await post(sale('1.00'))).number);
    const held = await submit();
    await expect(approvals.approve(held.id, {}, asClerk)).rejects.toEqual(refused('approval_by_maker'));
    const key = { ...owner, id: 'key:5', name: 'Shop (fv_1)' };
    await expect(approvals.approve(held.id, {}, { ...asOwner, actor: key })).rejects.toEqual(
      refused('approval_needs_person'),
    );
    await expect(approvals.approve(held.id, {}, { ...asOwner, ifMatch: '"7"' })).rejects.toEqual(refused('stale'));
    const approved = await approvals.approve(held.id, { comment: 'Seen' }, asOwner);
    expect(approved).toMatchObject({
      status: 'posted',
      number: String(last + 1),
      approval: { state: 'approved', decided_by: owner.name, reason: 'Seen' },
    });
    expect(await actionsOf(held)).toEqual(['submitted', 'approved', 'posted']);
    await expect(approvals.approve(held.id, {}, asOwner)).rejects.toEqual(refused('voucher_not_submitted'));
    // posted through a key of the owner's own: the owner's hand was in it
    await company.sql(
      "INSERT INTO api_keys (id, name, hint, key_hash, permissions, created_by) VALUES (5, 'Shop', 'fv_1', REPEAT('0', 64), '[]', ?)",
      [owner.name],
    );
    const through = await post(sale('1000.00'), { ...asOwner, actor: key });
    await expect(approvals.approve(through.id, {}, asOwner)).rejects.toEqual(refused('approval_by_maker'));
    const waits = await submit();
    const mine = (await waiting.list(page as never, owner)).vouchers.map(({ id }) => id);
    expect(mine).toContain(waits.id);
    expect(mine).not.toContain(through.id);
    const others = await waiting.list(page as never, clerk);
    expect(others.vouchers.map(({ id }) => id)).toContain(through.id);
    expect(others.total).toBe(others.vouchers.length);
    expect((await waiting.list(page as never, { ...owner, voucherTypeIds: new Set(['1']) })).total).toBe(0);
  });

  it('refused or withdrawn leave a draft, which is changed and submitted again', async () => {
    const held = await submit();
    await expect(company.alter.alter(held.id, sale('1.00'), asClerk)).rejects.toEqual(refused('voucher_submitted'));
    await expect(company.deleteDraft.delete(held.id, asClerk)).rejects.toEqual(refused('voucher_submitted'));
    await expect(company.cancel.cancel(held.id, { reason: 'x' }, asClerk)).rejects.toEqual(
      refused('voucher_not_posted'),
    );
    expect(await approvals.reject(held.id, { reason: 'No invoice' }, asOwner)).toMatchObject({
      status: 'draft',
      approval: { state: 'rejected', reason: 'No invoice' },
    });
    await company.alter.alter(held.id, sale('1500.00'), asClerk);
    expect((await company.postDraft.post(held.id, {}, asClerk)).status).toBe('submitted');
    expect(await approvals.withdraw(held.id, asClerk)).toMatchObject({
      status: 'draft',
      approval: { state: 'withdrawn' },
    });
    await expect(approvals.reject(held.id, { reason: 'x' }, asOwner)).rejects.toEqual(refused('voucher_not_submitted'));
    await company.postDraft.post(held.id, {}, asClerk);
    expect(await approvals.approve(held.id, {}, asOwner)).toMatchObject({ status: 'posted', total: '1500.00' });
    const other = await submit();
    await approvals.withdraw(other.id, asClerk);
    await company.deleteDraft.delete(other.id, asClerk);
  });

  it('are needed for a reversal, and for altering what is posted', async () => {
    const held = await submit();
    const { id } = await approvals.approve(held.id, {}, asOwner);
    await expect(company.alter.alter(id, sale('1100.00'), asClerk)).rejects.toEqual(refused('approval_required'));
    await expect(company.alter.alter(id, sale('1.00'), { ...asClerk, mayApprove: true })).rejects.toEqual(
      refused('approval_required'),
    );
    expect(await company.alter.alter(id, sale('1100.00'), { ...asOwner, mayApprove: true })).toMatchObject({
      version: 2,
    });
    const small = await post(sale('10.00'));
    await expect(company.alter.alter(small.id, sale('1000.00'), asClerk)).rejects.toEqual(refused('approval_required'));
    expect((await company.alter.alter(small.id, sale('20.00'), asClerk)).status).toBe('posted');
    const reversal = await company.reverse.reverse(id, {}, asClerk);
    expect(reversal).toMatchObject({ status: 'submitted', reversal_of_id: id });
    await expect(company.reverse.reverse(id, {}, asClerk)).rejects.toEqual(refused('voucher_already_reversed'));
    expect(await actionsOf(held)).not.toContain('reversed');
    await approvals.approve(reversal.id, {}, asOwner);
    expect((await actionsOf(held)).at(-1)).toBe('reversed');
  });

  it('go with a voucher whose ledger is merged while it waits', async () => {
    const { transaction, settings, read, editLog } = company;
    const merges = new MergeLedgers(transaction, settings, read, new OpeningBalance(settings, editLog), editLog);
    const [one, two] = [
      await company.ledgers.create({ name: 'One', group: 'Sundry Debtors' }, clerk),
      await company.ledgers.create({ name: 'Two', group: 'Sundry Debtors' }, clerk),
    ];
    const held = await post(twoEntries('One', 'Sales', '1000.00'));
    await merges.merge(one.id, { into_ledger_id: two.id, reason: 'Entered twice' }, asClerk);
    expect(await read.one(held.id)).toMatchObject({ status: 'submitted', version: 2 });
    expect((await approvals.approve(held.id, {}, asOwner)).entries[0]?.ledger).toBe('Two');
  });

  it('leave books that agree with their edit log', async () => {
    await company.keepBooks.run({ all: true });
    expect((await new VerifyBooks(company.dataSource).run()).problems).toEqual([]);
  });

  it('are guarded by the database against plain SQL', async () => {
    const { id } = await submit();
    const update = (statement: string, ...parameters: unknown[]) => company.sql(statement, parameters);
    const posting = "UPDATE vouchers SET status = 'posted' WHERE id = ?";
    await expect(update(posting, id)).rejects.toThrow(/approval_required/);
    const approve = "UPDATE voucher_approvals SET state = 'approved', decided_by_id = ? WHERE voucher_id = ?";
    await expect(update(approve, clerk.id, id)).rejects.toThrow(/two_people/);
    await update(
      'UPDATE voucher_approvals SET total = 1, state = ?, decided_by_id = ? WHERE voucher_id = ?',
      'approved',
      owner.id,
      id,
    );
    await expect(update(posting, id)).rejects.toThrow(/approval_required/);
    await expect(update('DELETE FROM voucher_approvals WHERE voucher_id = ?', id)).rejects.toThrow(/stays as it is/);
    await expect(update('UPDATE voucher_approvals SET total = 1000 WHERE voucher_id = ?', id)).rejects.toThrow(
      /stays as it is/,
    );
  });
});
