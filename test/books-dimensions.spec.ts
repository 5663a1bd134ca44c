import { call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';

/** Cost centres, currencies, budgets, templates, stock, metadata and merges as a client meets them. */
describe('More than debit and credit, through the API', () => {
  let platform: Platform;
  let acme: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform();
    acme = await platform.givenTenant();
  });

  const created = async (path: string, body: object) => {
    const answer = await acme.user.post(path, body);
    expect([path, answer.status, answer.body.error]).toEqual([path, 201, undefined]);
    return answer.body.data;
  };

  it('a chart is chosen first, and then all of it hangs together in one voucher', async () => {
    const { body: chart } = await acme.user.put('/api/settings/chart', { template: 'indian_standard' });
    expect(chart.data.chart_template.ledgers).toContain('CGST Output');
    const { ledger } = await created('/api/ledgers', {
      name: 'Globex',
      group: 'Trade Receivables',
      metadata: { crm: 'G-1' },
    });
    await created('/api/cost-centres', { name: 'Export' });
    const { stock_unit } = await created('/api/stock-units', { name: 'Nos' });
    await created('/api/stock-items', { name: 'Chair', unit_id: stock_unit.id });
    const today = new Date().toISOString().slice(0, 10);
    expect((await acme.user.put(`/api/exchange-rates/USD/${today}`, { rate: '83.5' })).status).toBe(200);
    const { voucher } = await created('/api/vouchers', {
      voucher_type: 'Sales',
      date: today,
      metadata: { order: { id: 7 } },
      entries: [
        { ledger: 'Globex', foreign: { currency: 'USD', debit: '100.00' } },
        { ledger: 'Sales', credit: '8350.00', cost_centres: [{ cost_centre: 'Export', amount: '8350.00' }] },
      ],
      stock: [{ item: 'Chair', quantity: '2' }],
    });
    expect(voucher).toMatchObject({ total: '8350.00', stock: [{ direction: 'out' }], metadata: { order: { id: 7 } } });
    const found = await acme.user.get('/api/vouchers?metadata=order.id=7');
    expect(found.body.data.vouchers.map(({ id }: { id: string }) => id)).toEqual([voucher.id]);
    expect((await acme.user.get('/api/ledgers?metadata=crm=G-1')).body.data.ledgers[0].id).toBe(ledger.id);
    expect((await acme.user.get('/api/ledgers?search=globxe')).body.data.ledgers[0].id).toBe(ledger.id);
    for (const metadata of ['order.id', 'a=1&metadata=b=1&metadata=c=1&metadata=d=1&metadata=e=1&metadata=f=1'])
      expect((await acme.user.get(`/api/vouchers?metadata=${metadata}`)).status).toBe(400);

    const { body: centres } = await acme.user.get('/api/reports/cost-centres');
    expect(centres.data.cost_centres.rows[0]).toMatchObject({ cost_centre: 'Export', result: '8350.00' });
    const statement = await acme.user.get(centres.data.cost_centres.rows[0].links.report);
    expect(statement.body.data.statement.lines[0]).toMatchObject({ voucher_id: voucher.id, credit: '8350.00' });
    const { body: foreign } = await acme.user.get('/api/reports/foreign-balances');
    expect(foreign.data.foreign_balances.rows[0]).toMatchObject({ ledger: 'Globex', foreign_balance: '100.00' });
    const { body: stock } = await acme.user.get('/api/reports/stock-summary');
    expect(stock.data.stock_summary.rows[0]).toMatchObject({ item: 'Chair', quantity: '-2', is_negative: true });
    for (const report of ['cost-centres', 'foreign-balances', 'stock-summary'])
      expect((await acme.user.get(`/api/reports/${report}?format=csv`)).text.split('\n').length).toBeGreaterThan(1);
  });

  it('every example of these routes is understood, and no answer is a fault', async () => {
    const { body } = await call(platform.port, '/api/docs-json');
    const mine =
      /^\/api\/(cost-|exchange-|budgets|voucher-templates|ledger-merges|stock|godowns|settings\/(stock|chart))/;
    const paths = Object.entries(body.paths as Record<string, Record<string, Operation>>).filter(([path]) =>
      mine.test(path),
    );
    const tried: string[] = [];
    for (const [path, methods] of paths)
      for (const [method, { requestBody }] of Object.entries(methods)) {
        const url = path
          .replace('{currency}', 'USD')
          .replace('{date}', '2026-11-24')
          .replace(/\{\w+\}/g, '1');
        const examples = Object.values(requestBody?.content?.['application/json']?.examples ?? {}).map(
          ({ value }) => value,
        );
        for (const json of examples.length > 0 ? examples : [undefined]) {
          const { status } = await call(platform.port, url, {
            method: method.toUpperCase(),
            token: acme.user.token,
            ...(method !== 'get' && { json: json ?? {} }),
          });
          expect([method, url, status < 500]).toEqual([method, url, true]);
          if (json !== undefined) expect([method, url, json, status]).not.toEqual([method, url, json, 400]);
          tried.push(`${method} ${path}`);
        }
      }
    expect(new Set(tried).size).toBeGreaterThan(30);
  });
});

interface Operation {
  requestBody?: { content?: Record<string, { examples?: Record<string, { value: unknown }> }> };
}
