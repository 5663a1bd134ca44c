import {
  asAdministrator,
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from './given-company.testing.js';
import type { CreateVoucherDto } from './voucher.dto.js';

const refused = (code: string, field?: string) =>
  expect.objectContaining({
    code,
    ...(field && { details: expect.arrayContaining([expect.objectContaining({ field })]) }),
  });

describeWithDatabase('Vouchers', () => {
  let company: GivenCompany;

  beforeAll(async () => {
    company = await givenCompany();
    await company.ledgers.create({ name: 'Sales', group: 'Sales Accounts' }, clerk);
    await company.ledgers.create({ name: 'Café', group: 'Sundry Debtors', bill_by_bill: true, credit_days: 30 }, clerk);
    await company.types.create({ name: 'By hand', base_type: 'journal', numbering: 'manual' }, clerk);
  });
  afterAll(() => company?.close());

  const post = async (body: CreateVoucherDto, options = asClerk) => (await company.vouchers.post([body], options))[0]!;
  const sale = (amount = '100.00') => twoEntries('Cash', 'Sales', amount);
  const invoice = (name: string, date = '2023-05-02'): CreateVoucherDto => ({
    voucher_type: 'sales',
    date,
    entries: [
      { ledger: 'CAFE', debit: '100.00', bills: [{ type: 'new_ref', name, amount: '100.00' }] },
      { ledger: 'Sales', credit: '100.00' },
    ],
  });
  const numbersOf = async (type: string) => {
    const rows = await company.sql<{ number: string }>(
      "SELECT v.number FROM vouchers v JOIN voucher_types t ON t.id = v.voucher_type_id WHERE t.name = ? AND v.status <> 'draft'",
      [type],
    );
    return rows.map(({ number }) => Number(number)).sort((a, b) => a - b);
  };
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it('answer when posted as they are read afterwards', async () => {
    for (const body of [sale(), { ...sale(), status: 'draft' as const }, invoice('READ-1')]) {
      const answer = await post(body);
      expect(answer).toEqual(await company.read.one(answer.id));
    }
    expect((await post(invoice('READ-2'))).entries[0]?.bills[0]?.due_date).toBe('2023-06-01');
  });

  it('posted by 32 at once are numbered without gap or duplicate', async () => {
    await company.types.create({ name: 'Crowded', base_type: 'receipt' }, clerk);
    const body = { ...sale(), voucher_type: 'Crowded' };
    await Promise.all(
      upTo(32).map(async (poster) => {
        for (const turn of [1, 2, 3, 4]) {
          const broken = (poster + turn) % 8 === 0;
          const posted = post(
            broken ? { ...body, entries: [...body.entries, { ledger: 'Nobody', debit: '1' }] } : body,
          );
          if (broken) await expect(posted).rejects.toThrow();
          else await posted;
        }
      }),
    );
    expect(await numbersOf('Crowded')).toEqual(upTo(112));
  });

  it('in bulk are posted all or none', async () => {
    await company.types.create({ name: 'Bulk', base_type: 'receipt', number_restart: 'month' }, clerk);
    const bulk = upTo(1_000).map((index) => ({ ...sale(`${index}.00`), voucher_type: 'Bulk' }));
    const vouchers = await company.vouchers.post(bulk, { ...asClerk, bulk: true });
    expect(vouchers.map(({ number }) => Number(number))).toEqual(upTo(1_000));
    expect(await company.read.one(vouchers[999]!.id)).toEqual(vouchers[999]);
    const broken = bulk.map((body, index) =>
      index === 3 ? { ...body, entries: [{ ledger: 'Nobody', debit: '1' }, body.entries[1]!] } : body,
    );
    broken[3]!.entries[1] = { ledger: 'Sales', credit: '1' };
    await expect(company.vouchers.post(broken, { ...asClerk, bulk: true })).rejects.toEqual(
      refused('ledger_not_found', 'vouchers.3.entries.0.ledger'),
    );
    expect(await numbersOf('Bulk')).toEqual(upTo(1_000));
  });

  it('numbered by hand refuse what is taken in the financial year', async () => {
    const byHand = (number?: string, date = '2023-05-02') => ({ ...sale(), voucher_type: 'by HAND', number, date });
    await post(byHand('A-1'));
    await post(byHand('A-1', '2024-04-01'));
    await expect(post(byHand('a-1', '2024-03-31'))).rejects.toEqual(refused('voucher_number_taken', 'number'));
    await expect(post(byHand())).rejects.toEqual(refused('number_required', 'number'));
    const bulk = [byHand('B-1'), byHand('B-2'), byHand('B-1')];
    await expect(company.vouchers.post(bulk, { ...asClerk, bulk: true })).rejects.toEqual(
      refused('voucher_number_taken'),
    );
    const draft = await post({ ...byHand(), status: 'draft' });
    await expect(company.postDraft.post(draft.id, {}, asClerk)).rejects.toEqual(refused('number_required'));
    await company.alter.alter(draft.id, byHand('B-9'), asClerk);
    expect((await company.postDraft.post(draft.id, {}, asClerk)).number).toBe('B-9');
  });

  it('altered become a new version with the same number, and only it is in the books', async () => {
    const posted = await post(sale());
    const before = await company.balanceOf('Cash');
    const altered = await company.alter.alter(posted.id, sale('40.00'), { ...asClerk, ifMatch: '"1"' });
    expect(altered).toMatchObject({ id: posted.id, number: posted.number, version: 2, total: '40.00' });
    expect(await company.balanceOf('Cash')).toBe((Number(before) - 60).toFixed(2));
    await expect(company.alter.alter(posted.id, sale(), { ...asClerk, ifMatch: '"1"' })).rejects.toEqual(
      refused('stale'),
    );
    await expect(company.alter.alter(posted.id, { ...sale(), date: '2024-04-01' }, asClerk)).rejects.toEqual(
      refused('voucher_number_period', 'date'),
    );
    const [logged] = await company.sql<{ action: string }>(
      'SELECT action FROM edit_log WHERE object_id = ? ORDER BY id DESC LIMIT 1',
      [posted.id],
    );
    expect(logged?.action).toBe('altered');
  });

  it('drafted count their versions, and can be deleted', async () => {
    const draft = await post({ ...invoice('DRAFT-1'), status: 'draft' });
    const next = await company.alter.alter(draft.id, invoice('DRAFT-2'), { ...asClerk, ifMatch: '"1"' });
    expect(next).toMatchObject({ status: 'draft', version: 2, number: null });
    await expect(company.alter.alter(draft.id, sale(), { ...asClerk, ifMatch: '"1"' })).rejects.toEqual(
      refused('stale'),
    );
    await company.deleteDraft.delete(draft.id, asClerk);
    await expect(company.read.one(draft.id)).rejects.toEqual(refused('voucher_not_found'));
  });

  it('cancelled leave the books and keep their number', async () => {
    const before = await company.balanceOf('Cash');
    const posted = await post(sale());
    const cancelled = await company.cancel.cancel(posted.id, { reason: 'twice' }, asClerk);
    expect(cancelled).toMatchObject({ status: 'cancelled', number: posted.number, cancel_reason: 'twice' });
    expect(await company.balanceOf('Cash')).toBe(before);
    await expect(company.cancel.cancel(posted.id, { reason: 'again' }, asClerk)).rejects.toEqual(
      refused('voucher_already_cancelled'),
    );
  });

  it('reversed are mirrored with their bills, once', async () => {
    const before = await company.balanceOf('Café');
    const posted = await post(invoice('REV-1'));
    const reversal = await company.reverse.reverse(posted.id, { reason: 'returned' }, asClerk);
    expect(reversal).toEqual(await company.read.one(reversal.id));
    expect(reversal).toMatchObject({ reversal_of_id: posted.id, date: posted.date });
    expect(reversal.entries[0]).toMatchObject({ credit: '100.00', bills: [{ name: 'REV-1', amount: '100.00' }] });
    expect(await company.balanceOf('Café')).toBe(before);
    await expect(company.reverse.reverse(posted.id, {}, asClerk)).rejects.toEqual(refused('voucher_already_reversed'));
  });

  it('are reversed again when the reversal was cancelled', async () => {
    const posted = await post(sale());
    const first = await company.reverse.reverse(posted.id, {}, asClerk);
    await company.cancel.cancel(first.id, { reason: 'not returned after all' }, asClerk);
    expect((await company.read.one(posted.id)).reversed_by_id).toBeNull();
    const second = await company.reverse.reverse(posted.id, {}, asClerk);
    expect((await company.read.one(posted.id)).reversed_by_id).toBe(second.id);
    await expect(company.reverse.reverse(posted.id, {}, asClerk)).rejects.toEqual(refused('voucher_already_reversed'));
  });

  it('that come at one moment bring up a reference once', async () => {
    const posts = await Promise.allSettled(upTo(8).map(() => post(invoice('AT-ONCE'))));
    const refusals = posts.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refusals).toHaveLength(7);
    for (const refusal of refusals) expect(refusal).toEqual(refused('bill_name_taken'));
  });

  it('rehearsed answer what would be and leave nothing', async () => {
    const counts = async () =>
      (
        await company.sql(
          'SELECT (SELECT COUNT(*) FROM vouchers) v, (SELECT COUNT(*) FROM edit_log) l, (SELECT MAX(last_number) FROM voucher_number_series) n',
        )
      )[0];
    const before = await counts();
    const next = await post(sale('7.00'), { ...asClerk, dryRun: true } as never);
    await expect(post(twoEntries('Cash', 'Nobody', '1.00'), { ...asClerk, dryRun: true } as never)).rejects.toEqual(
      refused('ledger_not_found'),
    );
    expect(await counts()).toEqual(before);
    expect(await post(sale('7.00'))).toMatchObject({ number: next.number, total: next.total });
  });

  it('do not bring up a reference that is open', async () => {
    const posted = await post(invoice('INV-17'));
    await expect(post(invoice('inv-17'))).rejects.toEqual(refused('bill_name_taken', 'entries.0.bills.0.name'));
    await company.alter.alter(posted.id, { ...invoice('INV-17'), narration: 'its own name' }, asClerk);
    await company.cancel.cancel(posted.id, { reason: 'twice' }, asClerk);
    await post(invoice('INV-17'));
  });

  it('in a locked period need an override with a reason', async () => {
    const posted = await post(sale());
    await company.sql("UPDATE company_settings SET lock_date = '2023-05-31'");
    try {
      await expect(post(sale())).rejects.toEqual(refused('period_locked', 'date'));
      await expect(post({ ...sale(), lock_override_reason: 'audit' })).rejects.toEqual(refused('period_locked'));
      await expect(post(sale(), asAdministrator)).rejects.toEqual(refused('period_locked'));
      await expect(company.cancel.cancel(posted.id, { reason: 'x' }, asClerk)).rejects.toEqual(
        refused('period_locked'),
      );
      const moved = { ...sale(), date: '2023-06-01' };
      await expect(company.alter.alter(posted.id, moved, asClerk)).rejects.toEqual(refused('period_locked'));
      const audited = await post({ ...sale(), lock_override_reason: 'audit' }, asAdministrator);
      expect(audited.lock_override_reason).toBe('audit');
      const body = { ...moved, lock_override_reason: 'audit' };
      expect((await company.alter.alter(posted.id, body, asAdministrator)).version).toBe(2);
    } finally {
      await company.sql('UPDATE company_settings SET lock_date = NULL');
    }
  });

  it('of types outside the books move nothing, and contra moves money between cash and bank alone', async () => {
    const before = await company.balanceOf('Cash');
    await post({ ...sale(), voucher_type: 'memorandum' });
    expect(await company.balanceOf('Cash')).toBe(before);
    await expect(post({ ...sale(), voucher_type: 'Contra' })).rejects.toEqual(refused('contra_needs_cash_or_bank'));
  });

  it('are stored once per key', async () => {
    const idempotency = { key: 'once', route: 'POST /api/vouchers', body: sale() };
    const answers = await Promise.all(upTo(5).map(() => post(sale(), { ...asClerk, idempotency } as never)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  });
});
