import { clerk, describeWithDatabase, type GivenCompany, givenCompany } from '../vouchers/given-company.testing.js';
import { ChooseChart } from './choose-chart.js';
import { CHART_TEMPLATES } from './templates/chart-templates.js';
import { TALLY_CHART } from './templates/tally.js';

const refused = (code: string) => expect.objectContaining({ code });

describe('Chart templates', () => {
  it.each(CHART_TEMPLATES.map((template) => [template.code, template] as const))(
    '%s has every group that rules know, with the same nature, each below one that stands before it',
    (_, { groups, ledgers }) => {
      const byCode = new Map(groups.map((group) => [group.code, group]));
      const primary = (code: string, of = byCode): string => {
        const group = of.get(code)!;
        return group.parent ? primary(group.parent, of) : code;
      };
      const tally = new Map(TALLY_CHART.groups.map((group) => [group.code, group]));
      for (const { code } of TALLY_CHART.groups) {
        const [own, known] = [byCode.get(primary(code))!, tally.get(primary(code, tally))!];
        expect([code, own.nature, own.affectsGrossProfit]).toEqual([code, known.nature, known.affectsGrossProfit]);
      }
      for (const [index, group] of groups.entries())
        if (group.parent) expect(groups.slice(0, index).map(({ code }) => code)).toContain(group.parent);
      expect(new Set(groups.map(({ name }) => name.toLowerCase())).size).toBe(groups.length);
      expect(new Set(ledgers.map(({ name }) => name.toLowerCase())).size).toBe(ledgers.length);
      expect(ledgers.every(({ group }) => byCode.has(group))).toBe(true);
      expect(ledgers.flatMap(({ code }) => code ?? [])).toEqual(['cash', 'profit_and_loss']);
    },
  );
});

describeWithDatabase('Choosing a chart', () => {
  let company: GivenCompany;
  let chart: ChooseChart;

  beforeAll(async () => {
    company = await givenCompany();
    chart = new ChooseChart(company.transaction, company.settings, company.editLog);
  });
  afterAll(() => company?.close());

  const groups = async () => (await company.groups.list({ page: 1, limit: 100 })).groups.map(({ name }) => name);

  it('replaces one that nobody touched, and is refused afterwards', async () => {
    for (const { code, groups: expected } of [...CHART_TEMPLATES.slice(1), CHART_TEMPLATES[1]!]) {
      await chart.choose(code, clerk);
      expect((await groups()).sort()).toEqual(expected.map(({ name }) => name).sort());
    }
    const { ledgers } = await company.readLedgers.list({ page: 1, limit: 100, search: 'Rent' });
    expect(ledgers[0]).toMatchObject({ group: 'Other Expenses', nature: 'expense', is_reserved: false });
    await expect(chart.choose('other', clerk)).rejects.toEqual(refused('chart_template_not_found'));

    const own = await company.ledgers.create({ name: 'Own', group: 'Other Expenses' }, clerk);
    await expect(chart.choose('generic', clerk)).rejects.toEqual(refused('chart_in_use'));
    await company.ledgers.delete(own.id, clerk);
    await chart.choose('generic', clerk);
    const [cash] = await company.sql<{ id: string }>("SELECT id FROM ledgers WHERE reserved_code = 'cash'");
    await company.ledgers.update(cash!.id, { opening_balance: { amount: '5.00', side: 'debit' } }, undefined, clerk);
    await expect(chart.choose('tally', clerk)).rejects.toEqual(refused('books_in_use'));
    expect((await groups())[0]).toBe('Current Assets');
  });
});
