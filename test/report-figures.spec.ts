import { Caller, call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { BEYOND_DOUBLES, keepTwoYears } from './support/two-years.js';

describe('Figures of reports', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let cash: string;

  beforeAll(async () => {
    platform = await givenPlatform({ worker: false });
    acme = await platform.givenTenant();
    cash = await keepTwoYears(acme);
  });

  it('walks from primary groups down to a voucher by links alone', async () => {
    const { user } = acme;
    let { rows, totals } = (await user.get('/api/reports/group-summary?from=2025-04-01&to=2026-03-31')).body.data
      .group_summary;
    expect(totals).toMatchObject({ opening: '0.00', closing: '0.00' });
    for (const name of ['Current Assets', 'Cash-in-Hand']) {
      const row = rows.find((one: { name: string }) => one.name === name);
      expect(row.kind).toBe('group');
      ({ rows, totals } = (await user.get(row.links.group)).body.data.group_summary);
      expect(totals).toEqual({ opening: row.opening, debit: row.debit, credit: row.credit, closing: row.closing });
    }
    const { statement } = (await user.get(rows[0].links.statement)).body.data;
    expect([rows[0].name, statement.closing]).toEqual(['Cash', rows[0].closing]);
    const { voucher } = (await user.get(statement.lines[0].links.voucher)).body.data;
    expect(voucher.entries.map(({ ledger }: { ledger: string }) => ledger)).toEqual(['Cash', 'Sales']);
    expect((await user.get('/api/reports/group-summary?group_id=42')).body.code).toBe('group_not_found');
  });

  it('keeps a cash book: receipts, payments, the other side of each, the same balance on every page', async () => {
    const { user } = acme;
    const path = '/api/reports/cash-book?from=2025-04-01&to=2026-03-31';
    const whole = (await user.get(path)).body.data.cash_book;
    expect(whole).toMatchObject({
      opening: '5000.00',
      total_debit: '1234567.50',
      total_credit: '12778.02',
      closing: '1226789.48',
    });
    expect(
      whole.lines.map((line: Record<string, string>) => [line.particulars, line.debit, line.credit, line.balance]),
    ).toEqual([
      ['Sales', '1234567.50', '0.00', '1239567.50'],
      ['Rent', '0.00', '12000.25', '1227567.25'],
      ['Purchases', '0.00', '777.77', '1226789.48'],
    ]);
    const paged = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await user.get(`${path}&limit=1${cursor && `&cursor=${cursor}`}`);
      paged.push(...body.data.cash_book.lines);
      cursor = body.meta.next_cursor;
    }
    expect(paged).toEqual(whole.lines);
    const bank = (await user.get('/api/reports/bank-book?from=2025-04-01&to=2026-03-31')).body.data.bank_book;
    expect(bank).toMatchObject({ opening: BEYOND_DOUBLES, closing: BEYOND_DOUBLES, lines: [] });
    expect((await user.get(`/api/reports/bank-book?ledger_id=${cash}`)).body.code).toBe('ledger_not_found');
  });

  it('keeps a register per voucher type: a cancelled voucher stands in it, marked, and in no sum', async () => {
    const { user } = acme;
    const path = '/api/reports/register?type=Receipt&from=2024-04-01&to=2026-03-31';
    const { vouchers } = (await user.get(path)).body.data.register;
    expect(vouchers.map((one: Record<string, string>) => [one.date, one.particulars, one.status, one.amount])).toEqual([
      ['2024-05-02', 'Cash', 'posted', '5000.00'],
      ['2025-05-02', 'Cash', 'posted', '1234567.50'],
      ['2025-08-01', 'Cash', 'cancelled', '99.99'],
    ]);
    const { months } = (await user.get(`${path}&group_by=month`)).body.data.register;
    expect(months.map((one: Record<string, unknown>) => [one.month, one.posted, one.cancelled, one.amount])).toEqual([
      ['2024-05', 1, 0, '5000.00'],
      ['2025-05', 1, 0, '1234567.50'],
      ['2025-08', 0, 1, '0.00'],
    ]);
    expect((await user.get(months[1].links.report)).body.data.register.vouchers).toEqual([vouchers[1]]);
    expect((await user.get('/api/reports/register?type=Nothing')).body.code).toBe('voucher_type_not_found');
    expect((await user.get('/api/reports/register')).status).toBe(400);
  });

  it('sums up ratios from the balance sheet and the period', async () => {
    const { ratios } = (await acme.user.get('/api/reports/ratios?from=2025-04-01&to=2026-03-31')).body.data;
    const value = (name: string) => ratios.ratios.find(({ ratio }: { ratio: string }) => ratio === name).value;
    // turnover 12,35,747.50; gross profit less 777.77 of purchases; net profit less 12,000.25 of rent
    expect(value('gross_profit_percent')).toBe('99.94');
    expect(value('net_profit_percent')).toBe('98.97');
    expect(value('operating_cost_percent')).toBe('1.03');
    expect(value('receivables_days')).toBe('0.35');
    expect(value('inventory_turnover')).toBeNull();
  });

  it('compares with earlier periods, also what only they have', async () => {
    const { body } = await acme.user.get(
      '/api/reports/profit-and-loss?from=2025-05-01&to=2025-06-30&compare=previous_year',
    );
    const { periods, comparatives, sections } = body.data.profit_and_loss;
    expect(periods).toEqual([{ from: '2024-05-01', to: '2024-06-30' }]);
    expect(comparatives).toMatchObject([{ income: '5000.00', net_profit: '5000.00' }]);
    expect(sections[0].groups[0].ledgers[0]).toMatchObject({
      ledger: 'Sales',
      amount: '1234567.50',
      comparatives: ['5000.00'],
    });
    const { body: later } = await acme.user.get('/api/reports/profit-and-loss?from=2025-06-01&to=2025-06-30&compare=2');
    expect(later.data.profit_and_loss.sections[0].groups[0].ledgers[0]).toMatchObject({
      amount: '0.00',
      comparatives: ['1234567.50', '0.00'],
    });
    expect((await acme.user.get('/api/reports/profit-and-loss?compare=13')).status).toBe(400);
  });

  it('fills the lines of Schedule III, by the seeded groups and by what the company says', async () => {
    const { user } = acme;
    const path = '/api/reports/profit-and-loss?form=schedule_iii&from=2025-04-01&to=2026-03-31';
    const lines = async () => {
      const { schedule_iii, net_profit } = (await user.get(path)).body.data.profit_and_loss;
      expect(schedule_iii.totals.at(-1)).toMatchObject({ total: 'profit_for_the_period', amount: net_profit });
      return schedule_iii.sections.flatMap(({ lines: own }: { lines: { line: string; amount: string }[] }) =>
        own.map(({ line, amount }) => [line, amount]),
      );
    };
    const seeded = [
      ['revenue_from_operations', '1235747.50'],
      ['purchases_of_stock_in_trade', '777.77'],
      ['other_expenses', '12000.25'],
    ];
    expect(await lines()).toEqual(seeded);
    const rent = (await user.get('/api/ledgers?search=Rent')).body.data.ledgers[0].id;
    const said = await user.put('/api/settings/schedule-iii', { lines: [{ line: 'finance_costs', ledger_id: rent }] });
    expect(said.body.data.lines).toEqual([
      { line: 'finance_costs', ledger_id: rent, ledger: 'Rent', group_id: null, group: null },
    ]);
    expect(await lines()).toEqual([seeded[0], seeded[1], ['finance_costs', '12000.25']]);
    const refused = async (line: object) =>
      (await user.put('/api/settings/schedule-iii', { lines: [line] })).body.details[0];
    expect(await refused({ line: 'trade_payables', ledger_id: rent })).toMatchObject({ field: 'lines.0.line' });
    expect(await refused({ line: 'finance_costs', ledger_id: '42' })).toMatchObject({ field: 'lines.0.ledger_id' });
    expect(await refused({ line: 'finance_costs' })).toMatchObject({ field: 'lines.0.group_id' });
    expect((await user.get('/api/edit-log?object_type=settings')).body.data.entries[0].object_id).toBe('schedule_iii');

    const sheet = (await user.get('/api/reports/balance-sheet?form=schedule_iii&as_of=2026-03-31')).body.data
      .balance_sheet;
    const [both, assets] = sheet.schedule_iii.totals;
    expect([both.amount, assets.amount]).toEqual([sheet.assets, sheet.assets]);
    const cashLine = sheet.schedule_iii.sections
      .at(-1)
      .lines.find(({ line }: { line: string }) => line === 'cash_and_cash_equivalents');
    expect(cashLine.ledgers.map(({ ledger }: { ledger: string }) => ledger)).toEqual(['HDFC Bank', 'Cash']);
  });

  it.each(['direct', 'indirect'])('comes to the change of cash and bank by the %s method', async (method) => {
    const path = `/api/reports/cash-flow?from=2025-04-01&to=2026-03-31&method=${method}&compare=previous_year`;
    const flow = (await acme.user.get(path)).body.data.cash_flow;
    expect(flow).toMatchObject({ opening: '90071992552409.93', net_change: '1221789.48' });
    expect(flow.comparatives[0]).toMatchObject({ net_change: '5000.00', closing: flow.opening });
    const [operating, investing, financing] = flow.sections;
    // the rent stands among finance costs since the test before
    expect([operating.amount, investing.amount, financing.amount]).toEqual(['1233789.73', '0.00', '-12000.25']);
    if (method === 'direct')
      expect(operating.lines[0]).toMatchObject({
        title: 'Purchases',
        receipts: '0.00',
        payments: '777.77',
        amount: '-777.77',
      });
    else
      expect(operating.lines.map(({ title, amount }: Record<string, string>) => [title, amount])).toEqual([
        ['Net profit before tax', '1222969.48'],
        ['Adjustment for finance costs', '12000.25'],
        ['Change in Sundry Debtors', '-1180.00'],
      ]);
  });

  it('lists exceptions: overdrawn cash, wrong sides, openings that differ, gaps in manual numbers', async () => {
    const { user } = acme;
    const find = async (from: string, to: string) =>
      (await user.get(`/api/reports/exceptions?from=${from}&to=${to}`)).body.data.exceptions.exceptions;
    expect((await find('2025-04-01', '2026-03-31')).map(({ kind }: { kind: string }) => kind)).toEqual([
      'opening_difference',
    ]);
    await user.post('/api/voucher-types', { name: 'Hand', base_type: 'payment', numbering: 'manual' });
    const pay = (date: string, number: string, amount: string) =>
      user.post('/api/vouchers', {
        voucher_type: 'Hand',
        date,
        number,
        entries: [
          { ledger: 'शर्मा ट्रेडर्स', debit: amount, bills: [{ type: 'on_account', amount }] },
          { ledger: 'Cash', credit: amount },
        ],
      });
    expect((await pay('2025-04-10', 'H-007', '6000.00')).status).toBe(201);
    expect((await pay('2025-04-12', 'H-010', '500.00')).status).toBe(201);
    const found = await find('2025-04-01', '2026-03-31');
    expect(found.map(({ message }: { message: string }) => message)).toEqual([
      'Cash was overdrawn from 2025-04-10 to 2025-05-01, by 1500.00 at most',
      expect.stringContaining('opening balances differ by'),
      'Hand: numbers H-008 to H-009 are missing (2)',
    ]);
    expect((await user.get(found[0].links.statement)).body.data.statement.closing).toBe('-1500.00');
    expect((await find('2025-04-01', '2025-04-30')).map(({ message }: { message: string }) => message)).toContain(
      'Cash (asset) stands in credit with 1500.00',
    );
    for (const voucher of (await user.get('/api/vouchers?type=Hand')).body.data.vouchers)
      await user.post(`/api/vouchers/${voucher.id}/cancel`, { reason: 'a test' });
  });

  it('keeps views under names: one’s own and the company’s, checked as the report would', async () => {
    const { user } = acme;
    const save = (body: object) => user.post('/api/report-views', body);
    const months = { name: 'Months', report: 'profit-and-loss', period: 'last_month', parameters: { compare: '3' } };
    const own = (await save(months)).body.data.report_view;
    const asked = new URL(own.links.report, 'http://x').searchParams;
    expect([asked.get('compare'), asked.get('from')!.slice(8), own.shared]).toEqual(['3', '01', false]);
    expect((await user.get(own.links.report)).body.data.profit_and_loss.periods).toHaveLength(3);
    expect((await save(months)).body.code).toBe('report_view_name_taken');
    const shared = (await save({ ...months, shared: true })).body.data.report_view;
    const statement = {
      name: 'Cash',
      report: 'ledger-statement',
      parameters: { id: cash, format: 'csv' },
      period: 'this_year',
    };
    expect((await save(statement)).body.data.report_view.links.report).toContain(
      `/api/ledgers/${cash}/statement?format=csv&from=`,
    );
    const sheet = { name: 'Sheet', report: 'balance-sheet', period: 'last_year' };
    expect((await save(sheet)).body.data.report_view.links.report).toMatch(/as_of=\d{4}-03-31$/);

    for (const [body, field] of [
      [{ ...months, report: 'nothing' }, 'report'],
      [{ ...months, parameters: { compare: '99' } }, 'parameters.compare'],
      [{ ...months, parameters: { level: '1' } }, 'parameters.level'],
      [{ ...statement, parameters: {} }, 'parameters.id'],
      [{ ...months, period: 'some_day' }, 'period'],
    ] as const) {
      const { status, body: refusal } = await save({ ...body, name: 'Other' });
      expect([status, refusal.details[0].field]).toEqual([400, field]);
    }

    const password = 'another password';
    await user.post('/api/users', { email: 'clerk@acme.example', name: 'Clerk', role: 'viewer', password });
    const json = { subdomain: acme.subdomain, email: 'clerk@acme.example', password };
    const { body } = await call(platform.port, '/api/auth/login', { method: 'POST', json });
    const clerk = new Caller(platform.port, body.data.token);
    const { report_views: seen } = (await clerk.get('/api/report-views?report=profit-and-loss')).body.data;
    expect(seen.map(({ id }: { id: string }) => id)).toEqual([shared.id]);
    expect((await clerk.get(`/api/report-views/${own.id}`)).body.code).toBe('report_view_not_found');
    expect((await clerk.put(`/api/report-views/${shared.id}`, { name: 'Mine' })).status).toBe(403);

    expect(
      (await user.put(`/api/report-views/${own.id}`, { period: null }, { headers: { 'if-match': '"9"' } })).status,
    ).toBe(412);
    const changed = (await user.put(`/api/report-views/${own.id}`, { period: null, name: 'Since April' })).body.data
      .report_view;
    expect(changed).toMatchObject({
      name: 'Since April',
      period: null,
      version: 2,
      links: { report: '/api/reports/profit-and-loss?compare=3' },
    });
    expect((await user.delete(`/api/report-views/${own.id}`)).status).toBe(200);
    expect((await user.get(`/api/report-views/${own.id}`)).status).toBe(404);
  });

  it('knows what it knew: later alterations, cancellations and back-dated vouchers count as they stood', async () => {
    const { user } = acme;
    const reports = [
      '/api/reports/trial-balance?as_of=2026-03-31',
      '/api/reports/profit-and-loss?from=2024-04-01&to=2026-03-31',
      '/api/reports/balance-sheet?as_of=2026-03-31',
      `/api/ledgers/${cash}/statement?from=2024-04-01&to=2026-03-31`,
    ];
    const read = async (suffix = '') => {
      const answers = [];
      for (const path of reports) answers.push((await user.get(path + suffix)).body.data);
      return answers;
    };
    const before = await read();
    const moment = new Date().toISOString();
    await new Promise((later) => setTimeout(later, 5));
    const { vouchers } = (await user.get('/api/vouchers?limit=500&status=posted')).body.data;
    const [rent, sale, purchase] = ['Rent', 'Sales', 'Purchases'].map((ledger) =>
      vouchers.find(({ entries }: { entries: { ledger: string }[] }) =>
        entries.some((entry) => entry.ledger === ledger),
      ),
    );
    const entries = [
      { ledger: 'Purchases', debit: '1.00' },
      { ledger: 'Cash', credit: '1.00' },
    ];
    for (const amount of ['1.00', '2.00']) {
      const changed = entries.map((entry) => ({ ...entry, ...(entry.debit ? { debit: amount } : { credit: amount }) }));
      const body = { voucher_type: 'Payment', date: '2025-04-02', entries: changed };
      expect((await user.put(`/api/vouchers/${purchase.id}`, body)).status).toBe(200);
    }
    expect((await user.post(`/api/vouchers/${rent.id}/cancel`, { reason: 'not ours' })).status).toBe(200);
    expect((await user.post(`/api/vouchers/${sale.id}/reverse`, { reason: 'not ours' })).status).toBe(201);
    expect((await user.post('/api/vouchers', { voucher_type: 'Payment', date: '2024-04-01', entries })).status).toBe(
      201,
    );
    const land = (await user.get('/api/ledgers?search=Land')).body.data.ledgers[0];
    await user.put(`/api/ledgers/${land.id}`, { opening_balance: { amount: '7.00', side: 'debit' } });

    expect(await read()).not.toEqual(before);
    expect(await read(`&known_at=${moment}`)).toEqual(before);
    expect(await read(`&known_at=${new Date(Date.now() + 1_000).toISOString()}`)).toEqual(await read());
    expect((await user.get(`${reports[0]}&known_at=2026-01-01`)).status).toBe(400);
  });
});
