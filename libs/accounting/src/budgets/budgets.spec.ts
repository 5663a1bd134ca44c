import { CostCentreFigures } from '../cost-centres/cost-centre-figures.js';
import { ManageCostCentres } from '../cost-centres/manage-cost-centres.js';
import { ReadGroupTree } from '../reports/group-tree.js';
import { LedgerMovements } from '../reports/ledger-movements.js';
import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import type { BudgetLineBodyDto } from './budget.dto.js';
import { BudgetVariance } from './budget-variance.js';
import { ManageBudgets } from './manage-budgets.js';

const refused = (code: string, field?: string) =>
  expect.objectContaining({
    code,
    ...(field && { details: expect.arrayContaining([expect.objectContaining({ field })]) }),
  });

describeWithDatabase('Budgets', () => {
  let company: GivenCompany;
  let budgets: ManageBudgets;
  let variance: BudgetVariance;
  let advertising: string;
  const span = { from: '2023-04-01', to: '2024-03-31' };

  beforeAll(async () => {
    company = await givenCompany();
    const { dataSource, transaction, settings, records, editLog, reader } = company;
    budgets = new ManageBudgets(dataSource, transaction, settings, records, editLog);
    variance = new BudgetVariance(
      dataSource,
      new LedgerMovements(reader, settings),
      new ReadGroupTree(dataSource),
      new CostCentreFigures(reader, settings),
    );
    await company.ledgers.create({ name: 'Sales', group: 'Sales Accounts' }, clerk);
    advertising = (await company.ledgers.create({ name: 'Advertising', group: 'Indirect Expenses' }, clerk)).id;
    await company.ledgers.create({ name: 'Rent', group: 'Indirect Expenses' }, clerk);
    const centres = new ManageCostCentres(company.records);
    const marketing = await centres.create({ name: 'Marketing' }, clerk);
    await centres.create({ name: 'Events', parent_id: marketing.id }, clerk);
    const spend = twoEntries('Advertising', 'Cash', '900.00', '2023-05-31');
    await company.vouchers.post(
      [
        twoEntries('Cash', 'Sales', '5000.00', '2023-04-01'),
        {
          ...spend,
          entries: [
            { ...spend.entries[0]!, cost_centres: [{ cost_centre: 'Events', amount: '900.00' }] },
            spend.entries[1]!,
          ],
        },
        twoEntries('Rent', 'Cash', '1000.00', '2023-06-01'),
      ],
      { ...asClerk, bulk: true },
    );
  });
  afterAll(() => company?.close());

  const create = (name: string, lines: BudgetLineBodyDto[]) => budgets.create({ name, ...span, lines }, clerk);

  it('are compared with what moved in their own direction, for ledgers, groups and cost centres', async () => {
    const { id, lines } = await create('Plan', [
      { ledger: 'Sales', amount: '60000.00' },
      { group: 'Indirect Expenses', months: { '2023-05': '800.00', '2023-06': '1500' } },
      { ledger_id: advertising, amount: '1000.00' },
      { cost_centre: 'Marketing', amount: '12000' },
      { ledger: 'Cash', amount: '0' },
    ]);
    expect(lines[2]!.months).toMatchObject({ '2023-04': '83.33', '2024-03': '83.37' });
    const figures = async (from?: string, to?: string) =>
      (await variance.read(id, { from, to })).rows.map((row) => [
        row.target,
        row.budget,
        row.actual,
        row.variance,
        row.used_percent,
        row.favourable,
      ]);
    expect(await figures()).toEqual([
      ['Sales', '60000.00', '5000.00', '-55000.00', '8.33', false],
      ['Indirect Expenses', '2300.00', '1900.00', '-400.00', '82.61', true],
      ['Advertising', '1000.00', '900.00', '-100.00', '90.00', true],
      ['Marketing', '12000.00', '900.00', '-11100.00', '7.50', true],
      ['Cash', '0.00', '3100.00', '3100.00', null, null],
    ]);
    expect((await figures('2023-05-01', '2023-05-31')).slice(0, 4)).toEqual([
      ['Sales', '5000.00', '0.00', '-5000.00', '0.00', false],
      ['Indirect Expenses', '800.00', '900.00', '100.00', '112.50', false],
      ['Advertising', '83.33', '900.00', '816.67', '1080.04', false],
      ['Marketing', '1000.00', '900.00', '-100.00', '90.00', true],
    ]);
    for (const [from, to, field] of [
      ['2023-05-02', '2023-05-31', 'from'],
      ['2023-05-01', '2023-05-30', 'to'],
      ['2023-03-01', '2023-05-31', 'from'],
      ['2023-05-01', '2024-04-30', 'to'],
    ] as const) // biome-ignore format: a table
      await expect(variance.read(id, { from, to })).rejects.toEqual(refused('validation_failed', field));
  });

  it('are refused with the field that is wrong', async () => {
    for (const [line, code, field] of [
      [{ ledger: 'Nobody', amount: '1' }, 'ledger_not_found', 'lines.0.ledger'],
      [{ cost_centre: 'Nowhere', amount: '1' }, 'cost_centre_not_found', 'lines.0.cost_centre'],
      [{ ledger: 'Rent', group: 'Indirect Expenses', amount: '1' }, 'validation_failed', 'lines.0'],
      [{ ledger: 'Rent' }, 'validation_failed', 'lines.0.amount'],
      [{ ledger: 'Rent', amount: '1.001' }, 'validation_failed', 'lines.0.amount'],
      [{ ledger: 'Rent', months: { '2024-04': '1' } }, 'validation_failed', 'lines.0.months.2024-04'],
    ] as [BudgetLineBodyDto, string, string][]) // biome-ignore format: a table
      await expect(create('Broken', [line])).rejects.toEqual(refused(code, field));
    await expect(
      budgets.create(
        { name: 'Broken', from: '2023-04-02', to: '2024-03-31', lines: [{ ledger: 'Rent', amount: '1' }] },
        clerk,
      ),
    ).rejects.toEqual(refused('validation_failed', 'from'));
    expect((await budgets.list({ page: 1, limit: 50, search: 'Broken' })).total).toBe(0);
  });

  it('are changed as a whole, and keep what they name', async () => {
    const { id } = await create('Changing', [{ ledger: 'Rent', amount: '1200.00' }]);
    await expect(create('changing', [{ ledger: 'Rent', amount: '1' }])).rejects.toEqual(refused('budget_name_taken'));
    await expect(budgets.update(id, { to: '2023-09-30' }, '"1"', clerk)).rejects.toEqual(
      refused('validation_failed', 'lines'),
    );
    const after = await budgets.update(
      id,
      { to: '2023-09-30', lines: [{ ledger: 'Rent', amount: '600.00' }] },
      '"1"',
      clerk,
    );
    expect(after).toMatchObject({
      version: 2,
      lines: [{ target: 'Rent', amount: '600.00', months: { '2023-09': '100.00' } }],
    });
    await expect(budgets.update(id, { name: 'X' }, '"1"', clerk)).rejects.toEqual(refused('stale'));
    const lone = await company.ledgers.create({ name: 'Lone', group: 'Indirect Expenses' }, clerk);
    const named = await create('Names it', [{ ledger: 'Lone', amount: '1' }]);
    await expect(company.ledgers.delete(lone.id, clerk)).rejects.toEqual(refused('ledger_in_use'));
    await budgets.delete(named.id, clerk);
    await company.ledgers.delete(lone.id, clerk);
    await expect(budgets.one(named.id)).rejects.toEqual(refused('budget_not_found'));
  });
});
