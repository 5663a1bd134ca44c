import {
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';

const refused = (code: string) => expect.objectContaining({ code });

describeWithDatabase('The chart of accounts', () => {
  let company: GivenCompany;

  beforeAll(async () => {
    company = await givenCompany();
  });
  afterAll(() => company?.close());

  const post = (debited: string, credited: string) =>
    company.vouchers.post([twoEntries(debited, credited, '10.00')], { actor: clerk, mayOverrideLock: false });

  it('keeps opening balances as entries that add up to zero', async () => {
    const opening = (amount: string, side: 'debit' | 'credit') => ({ opening_balance: { amount, side } });
    const bank = await company.ledgers.create(
      { name: 'Bank', group: 'Bank Accounts', ...opening('500', 'debit') },
      clerk,
    );
    expect(bank.opening_balance).toEqual({ amount: '500.00', side: 'debit' });
    await company.ledgers.create({ name: 'Owner', group: 'Capital Account', ...opening('400.00', 'credit') }, clerk);
    expect(await company.balanceOf('Suspense A/c')).toBe('-100.00');

    const versions = () =>
      company.sql<{ version: number }>('SELECT version FROM vouchers WHERE is_opening = 1 ORDER BY id');
    await company.ledgers.update(bank.id, opening('500.00', 'debit'), undefined, clerk);
    expect((await versions()).map(({ version }) => version)).toEqual([1, 1]);
    const altered = await company.ledgers.update(bank.id, opening('400.00', 'debit'), '"2"', clerk);
    expect(altered.opening_balance.amount).toBe('400.00');
    expect(await company.balanceOf('Suspense A/c')).toBe('0.00');

    const removed = await company.ledgers.update(bank.id, { opening_balance: null }, undefined, clerk);
    expect(removed.opening_balance.amount).toBe('0.00');
    expect(await company.balanceOf('Suspense A/c')).toBe('400.00');
    expect((await company.read.list({ page: 1, limit: 50 })).total).toBe(0);
    expect((await company.read.list({ page: 1, limit: 50, include_opening: 'true' })).total).toBe(2);
    const [suspense] = (await company.readLedgers.list({ page: 1, limit: 50, search: 'suspense' })).ledgers;
    await expect(company.ledgers.update(suspense!.id, opening('1', 'debit'), undefined, clerk)).rejects.toEqual(
      refused('reserved'),
    );
    await expect(company.ledgers.delete(suspense!.id, clerk)).rejects.toEqual(refused('reserved'));
  });

  it('refuses a name or code that is taken, also by somebody at the same moment', async () => {
    const tries = await Promise.allSettled(
      [1, 2, 3, 4].map(() => company.ledgers.create({ name: 'Rent', group: 'Indirect Expenses' }, clerk)),
    );
    const refusals = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(refusals).toEqual(['ledger_name_taken', 'ledger_name_taken', 'ledger_name_taken']);
    await company.ledgers.create({ name: 'Light', group: 'Indirect Expenses', code: 'E-1' }, clerk);
    await expect(
      company.ledgers.create({ name: 'Water', group: 'Indirect Expenses', code: 'e-1' }, clerk),
    ).rejects.toEqual(refused('ledger_code_taken'));
  });

  it('finds ledgers by words of name and code, whatever their order, case and accents', async () => {
    await company.ledgers.create(
      { name: 'M/s. Société Générale & Co', group: 'Sundry Creditors', code: 'CR-42' },
      clerk,
    );
    for (const search of ['generale societe', 'SOCIETE co', 'cr42', 'CR-42', 'm s générale'])
      expect([search, (await company.readLedgers.list({ page: 1, limit: 5, search })).total]).toEqual([
        search,
        search === 'cr42' ? 0 : 1,
      ]);
  });

  it('carries nature and gross profit down, and not over entries', async () => {
    const top = await company.groups.create({ name: 'Overheads', nature: 'expense' }, clerk);
    const low = await company.groups.create({ name: 'Office', parent_id: top.id }, clerk);
    await company.groups.update(top.id, { parent: 'Direct Expenses' }, undefined, clerk);
    expect(await company.groups.one(low.id)).toMatchObject({ nature: 'expense', affects_gross_profit: true });
    await company.groups.update(top.id, { parent: 'Fixed Assets' }, undefined, clerk);
    expect(await company.groups.one(low.id)).toMatchObject({ nature: 'asset', affects_gross_profit: false });

    await company.ledgers.create({ name: 'Chairs', group_id: low.id }, clerk);
    await post('Chairs', 'Cash');
    await expect(company.groups.update(top.id, { nature: 'expense' }, undefined, clerk)).rejects.toEqual(
      refused('group_nature'),
    );
    await expect(company.groups.update(top.id, { parent: 'Office' }, undefined, clerk)).rejects.toEqual(
      refused('group_cycle'),
    );
    await expect(company.groups.delete(low.id, clerk)).rejects.toEqual(refused('group_in_use'));
    const [reserved] = (await company.groups.list({ page: 1, limit: 1 })).groups;
    await expect(company.groups.delete(reserved!.id, clerk)).rejects.toEqual(refused('reserved'));
    await expect(company.groups.update(reserved!.id, { parent: 'Office' }, undefined, clerk)).rejects.toEqual(
      refused('reserved'),
    );
    expect((await company.groups.update(reserved!.id, { name: 'Branches' }, undefined, clerk)).name).toBe('Branches');
  });

  it('never closes a circle, also when two groups move at once', async () => {
    const [a, b] = [
      await company.groups.create({ name: 'A', nature: 'asset' }, clerk),
      await company.groups.create({ name: 'B', nature: 'asset' }, clerk),
    ];
    const moves = await Promise.allSettled([
      company.groups.update(a.id, { parent: 'B' }, undefined, clerk),
      company.groups.update(b.id, { parent: 'A' }, undefined, clerk),
    ]);
    expect(moves.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('stands at most twenty levels deep', async () => {
    let parent = await company.groups.create({ name: 'Level 1', nature: 'asset' }, clerk);
    for (let level = 2; level <= 20; level += 1)
      parent = await company.groups.create({ name: `Level ${level}`, parent_id: parent.id }, clerk);
    await expect(company.groups.create({ name: 'Level 21', parent_id: parent.id }, clerk)).rejects.toEqual(
      refused('group_too_deep'),
    );
    await expect(
      company.groups.update(
        (await company.groups.create({ name: 'One more', nature: 'asset' }, clerk)).id,
        { parent: 'Level 20' },
        undefined,
        clerk,
      ),
    ).rejects.toEqual(refused('group_too_deep'));
  });

  it('keeps a ledger with entries where its nature is', async () => {
    const ledger = await company.ledgers.create({ name: 'Tables', group: 'Fixed Assets' }, clerk);
    await company.ledgers.delete(
      (await company.ledgers.create({ name: 'Unused', group: 'Fixed Assets' }, clerk)).id,
      clerk,
    );
    await post('Tables', 'Cash');
    await expect(company.ledgers.update(ledger.id, { group: 'Indirect Expenses' }, undefined, clerk)).rejects.toEqual(
      refused('group_nature'),
    );
    await expect(company.ledgers.delete(ledger.id, clerk)).rejects.toEqual(refused('ledger_in_use'));
    await company.ledgers.update(ledger.id, { is_active: false }, undefined, clerk);
    await expect(post('Tables', 'Cash')).rejects.toEqual(refused('ledger_inactive'));
  });

  it('fixes a voucher type with its first voucher', async () => {
    const type = await company.types.create({ name: 'Export', base_type: 'sales' }, clerk);
    const changed = await company.types.update(type.id, { numbering: 'manual', base_type: 'journal' }, '"1"', clerk);
    expect(changed).toMatchObject({ numbering: 'manual', base_type: 'journal', version: 2 });
    const body = { ...twoEntries('Cash', 'Rent', '1.00'), voucher_type: type.id, number: 'X' };
    await company.vouchers.post([body], { actor: clerk, mayOverrideLock: false });
    await expect(company.types.update(type.id, { numbering: 'none' }, undefined, clerk)).rejects.toEqual(
      refused('voucher_type_in_use'),
    );
    await expect(company.types.delete(type.id, clerk)).rejects.toEqual(refused('voucher_type_in_use'));
    await company.types.update(type.id, { is_active: false }, undefined, clerk);
    await expect(
      company.vouchers.post([{ ...body, number: 'Y' }], { actor: clerk, mayOverrideLock: false }),
    ).rejects.toEqual(refused('voucher_type_inactive'));
    expect((await company.types.list()).map(({ base_type }) => base_type)).not.toContain('opening');
  });
});
