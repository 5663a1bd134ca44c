import { CHART_TEMPLATES } from '../../chart/templates/chart-templates.js';
import { BALANCE_SHEET_SECTIONS, lineOf, type OwnLines, PROFIT_AND_LOSS_SECTIONS, SCHEDULE_LINES } from './lines.js';

const NOTHING_SAID: OwnLines = { groups: new Map(), ledgers: new Map() };
const linesIn = (sections: typeof BALANCE_SHEET_SECTIONS) =>
  sections.flatMap(({ lines }) => lines.map(({ line }) => line));

describe('lines of Schedule III', () => {
  it('have names of their own, and no seeded group stands in two', () => {
    expect(new Set(SCHEDULE_LINES.map(({ line }) => line)).size).toBe(SCHEDULE_LINES.length);
    const groups = SCHEDULE_LINES.flatMap((line) => line.groups);
    expect(new Set(groups).size).toBe(groups.length);
  });

  it.each(CHART_TEMPLATES.map((chart) => [chart.code, chart] as const))(
    'hold every group of the chart %s: what is earned in profit and loss, what stands in the balance sheet',
    (_code, { groups }) => {
      const byCode = new Map(groups.map((group) => [group.code, group]));
      for (const group of groups) {
        const path = [];
        for (let one: typeof group | undefined = group; one; one = one.parent ? byCode.get(one.parent) : undefined)
          path.unshift({ id: one.code, reservedCode: one.code, nature: one.nature });
        const nature = path[0]!.nature!;
        const line = lineOf({ ledgerId: '1', nature }, path, NOTHING_SAID);
        const isEarned = nature === 'income' || nature === 'expense';
        expect(linesIn(isEarned ? PROFIT_AND_LOSS_SECTIONS : BALANCE_SHEET_SECTIONS)).toContain(line);
      }
    },
  );

  it('follow what the company says: of a ledger before its groups, of a group before those above it', () => {
    const path = ['indirect_expenses', 'salaries', 'wages'].map((id, index) => ({
      id,
      reservedCode: index ? null : id,
    }));
    const line = (own: OwnLines) => lineOf({ ledgerId: '1', nature: 'expense' }, path, own);
    const groups = new Map([['salaries', 'employee_benefits_expense']]);
    expect(line(NOTHING_SAID)).toBe('other_expenses');
    expect(line({ groups, ledgers: new Map() })).toBe('employee_benefits_expense');
    expect(line({ groups, ledgers: new Map([['1', 'exceptional_items']]) })).toBe('exceptional_items');
  });
});
