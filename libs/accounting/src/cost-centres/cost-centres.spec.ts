import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
} from '../vouchers/given-company.testing.js';
import type { CreateVoucherDto } from '../vouchers/voucher.dto.js';
import { CostCentreFigures } from './cost-centre-figures.js';
import { CostCentreStatement } from './cost-centre-statement.js';
import { ManageCostCentres } from './manage-cost-centres.js';

const refused = (code: string, field?: string) =>
  expect.objectContaining({
    code,
    ...(field && { details: expect.arrayContaining([expect.objectContaining({ field })]) }),
  });

describeWithDatabase('Cost centres', () => {
  let company: GivenCompany;
  let costCentres: ManageCostCentres;
  let marketing: string;
  let north: string;

  beforeAll(async () => {
    company = await givenCompany();
    costCentres = new ManageCostCentres(company.records);
    await company.ledgers.create({ name: 'Sales', group: 'Sales Accounts' }, clerk);
    await company.ledgers.create({ name: 'Advertising', group: 'Indirect Expenses' }, clerk);
    marketing = (await costCentres.create({ name: 'Marketing' }, clerk)).id;
    await costCentres.create({ name: 'Events', parent_id: marketing }, clerk);
    const regions = await costCentres.createCategory({ name: 'Regions' }, clerk);
    north = (await costCentres.create({ name: 'North', category_id: regions.id }, clerk)).id;
  });
  afterAll(() => company?.close());

  const spend = (parts: [centre: string, amount: string][], amount = '100.00'): CreateVoucherDto => ({
    voucher_type: 'Payment',
    date: '2023-05-02',
    entries: [
      {
        ledger: 'Advertising',
        debit: amount,
        cost_centres: parts.map(([cost_centre, part]) => ({ cost_centre, amount: part })),
      },
      { ledger: 'Cash', credit: amount },
    ],
  });
  const post = async (body: CreateVoucherDto) => (await company.vouchers.post([body], asClerk))[0]!;
  const report = async (from = '2023-04-01', to = '2024-03-31') => {
    const { rows } = await new CostCentreFigures(company.reader, company.settings).read({ from, to });
    return Object.fromEntries(rows.map((row) => [row.cost_centre, [row.net, row.with_below.net, row.result]]));
  };

  it('divide an entry once per category, and their parts add up to it', async () => {
    const answer = await post(spend([['Marketing', '60.00'], ['events', '40'], ['North', '100.00']])); // biome-ignore format: one call
    expect(answer.entries[0]!.cost_centres.map(({ cost_centre, amount }) => [cost_centre, amount])).toEqual([
      ['Marketing', '60.00'],
      ['Events', '40.00'],
      ['North', '100.00'],
    ]);
    expect(await company.read.one(answer.id)).toEqual(answer);
    for (const [parts, code, field] of [
      [[['Marketing', '99.99']], 'cost_centres_do_not_add_up', 'entries.0.cost_centres'],
      [[['Marketing', '60'], ['North', '40']], 'cost_centres_do_not_add_up', 'entries.0.cost_centres'],
      [[['Nowhere', '100']], 'cost_centre_not_found', 'entries.0.cost_centres.0.cost_centre'],
      [[['Marketing', '100.001']], 'validation_failed', 'entries.0.cost_centres.0.amount'],
    ] as [[string, string][], string, string][]) // biome-ignore format: a table
      await expect(post(spend(parts))).rejects.toEqual(refused(code, field));
  });

  it('are reported with those below them, and leave the report with their voucher', async () => {
    const before = await report();
    const posted = await post(spend([['Events', '100.00']])); // biome-ignore format: one call
    const plus = (text: string, amount: number) => (Number(text) + amount).toFixed(2);
    const [own, below] = before.Events!;
    expect((await report()).Events).toEqual([plus(own!, 100), plus(below!, 100), plus(own!, 100).replace(/^/, '-')]);
    expect((await report()).Marketing![1]).toBe(plus(before.Marketing![1]!, 100));
    expect((await report()).Marketing![0]).toBe(before.Marketing![0]);
    expect((await report('2023-05-03')).Events![0]).toBe('0.00');
    expect((await report('2023-04-01', '2023-05-02')).Events![0]).toBe(plus(own!, 100));

    await company.alter.alter(posted.id, spend([['Marketing', '30.00']], '30.00'), asClerk);
    expect((await report()).Marketing![1]).toBe(plus(before.Marketing![1]!, 30));
    await company.cancel.cancel(posted.id, { reason: 'twice' }, asClerk);
    expect(await report()).toEqual(before);
    const reversed = await post(spend([['Events', '70.00']], '70.00'));
    await company.reverse.reverse(reversed.id, {}, asClerk);
    expect(await report()).toEqual(before);
  });

  it('list their entries page by page', async () => {
    const statement = new CostCentreStatement(company.dataSource, company.reader, company.settings);
    const draft = await post({ ...spend([['North', '5.00']], '5.00'), status: 'draft' });
    const request = { from: '2023-04-01', to: '2024-03-31', limit: 1 };
    const before = await statement.read(north, { ...request, limit: 100 });
    await company.postDraft.post(draft.id, {}, asClerk);
    const first = await statement.read(north, request);
    expect(first.statement.lines).toHaveLength(1);
    const rest = await statement.read(north, { ...request, limit: 100, cursor: first.nextCursor! });
    expect([...first.statement.lines, ...rest.statement.lines]).toHaveLength(before.statement.lines.length + 1);
    expect(rest.statement.lines.at(-1)).toMatchObject({ voucher_id: draft.id, ledger: 'Advertising', debit: '5.00' });
    await expect(statement.read('1', request)).rejects.toEqual(refused('cost_centre_not_found'));
  });

  it('keep their place', async () => {
    const other = await costCentres.create({ name: 'Other' }, clerk);
    const below = await costCentres.create({ name: 'Below', parent_id: other.id }, clerk);
    await expect(costCentres.update(other.id, { parent_id: below.id }, undefined, clerk)).rejects.toEqual(
      refused('cost_centre_place'),
    );
    await expect(costCentres.create({ name: 'other' }, clerk)).rejects.toEqual(
      refused('cost_centre_name_taken', 'name'),
    );
    await expect(
      costCentres.create({ name: 'X', parent_id: north, category_id: other.category_id }, clerk),
    ).rejects.toEqual(refused('validation_failed', 'category_id'));
    await expect(costCentres.delete(marketing, clerk)).rejects.toEqual(refused('cost_centre_in_use'));
    await expect(costCentres.deleteCategory(other.category_id, clerk)).rejects.toEqual(refused('cost_category_in_use'));
    await costCentres.update(below.id, { is_active: false }, '"1"', clerk);
    await expect(post(spend([['Below', '100.00']]))).rejects.toEqual(refused('cost_centre_inactive'));
    await expect(costCentres.update(below.id, { name: 'Y' }, '"1"', clerk)).rejects.toEqual(refused('stale'));
    await costCentres.delete(below.id, clerk);
    const logged = await company.sql<{ action: string }>(
      'SELECT action FROM edit_log WHERE object_id = ? ORDER BY id',
      [below.id],
    );
    expect(logged.map(({ action }) => action)).toEqual(['created', 'updated', 'deleted']);
  });

  it('are guarded by the database against plain SQL', async () => {
    const { id, entries } = await post(spend([['Marketing', '100.00']]));
    const [row] = await company.sql<{ id: string }>('SELECT id FROM cost_allocations WHERE voucher_id = ?', [id]);
    const insert = (version: number) =>
      company.sql(
        'INSERT INTO cost_allocations (id, entry_id, voucher_id, voucher_version, cost_centre_id, date, debit) VALUES (1, ?, ?, ?, ?, ?, 1)',
        [entries[0]!.id, id, version, marketing, '2023-05-02'],
      );
    await expect(insert(1)).rejects.toThrow(/draft/);
    await expect(company.sql('UPDATE cost_allocations SET debit = 1 WHERE id = ?', [row!.id])).rejects.toThrow(
      /not changed/,
    );
    await expect(company.sql('DELETE FROM cost_allocations WHERE id = ?', [row!.id])).rejects.toThrow(/posted/);
    const draft = await post({ ...spend([['Marketing', '100.00']]), status: 'draft' });
    await expect(
      company.sql(
        'INSERT INTO cost_allocations (id, entry_id, voucher_id, voucher_version, cost_centre_id, date, debit) VALUES (1, ?, ?, 1, ?, ?, 1)',
        [draft.entries[0]!.id, draft.id, marketing, '2023-05-02'],
      ),
    ).rejects.toThrow(/more than the entry/);
    await company.deleteDraft.delete(draft.id, asClerk);
    expect(await company.sql('SELECT id FROM cost_allocations WHERE voucher_id = ?', [draft.id])).toEqual([]);
  });
});
