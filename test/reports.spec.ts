import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { fetchReport, inkOfFirstPage, pagesOfPdf, rowsOfCsv, rowsOfXlsx } from './support/report-files.js';

/** More paise than a double can tell apart. */
const BEYOND_DOUBLES = '90071992547409.93';
const MORE_DIGITS_THAN_A_SHEET_HOLDS = '123456789012345.67';
const NOT_AN_AMOUNT = new Set(['row', 'link', 'date', 'due_date']);
const HEADER_ROWS = 5;

const AMOUNT = /^-?\d+\.\d{2}$/;
const onPaper = (amount: string) =>
  new Intl.NumberFormat('en-IN', { minimumFractionDigits: 2 }).format(amount.replace('-', '') as `${number}`);

/** Every report with what it is asked; `{cash}` is the id of the ledger Cash. */
const ASKED: Record<string, string> = {
  'trial-balance': '/api/reports/trial-balance?as_of=2026-03-31&compare=previous_year',
  'trial-balance by group': '/api/reports/trial-balance?as_of=2026-03-31&level=1',
  'profit-and-loss': '/api/reports/profit-and-loss?from=2025-04-01&to=2026-03-31&compare=2',
  'balance-sheet': '/api/reports/balance-sheet?as_of=2026-03-31&compare=previous_period',
  'day-book': '/api/reports/day-book?from=2025-04-01&to=2026-03-31',
  'ledger-statement': '/api/ledgers/{cash}/statement?from=2025-05-01&to=2026-03-31',
  'group-summary': '/api/reports/group-summary?from=2025-04-01&to=2026-03-31&compare=previous_year',
  'cash-book': '/api/reports/cash-book?from=2025-04-01&to=2026-03-31',
  'bank-book': '/api/reports/bank-book?from=2025-04-01&to=2026-03-31',
  register: '/api/reports/register?type=Receipt&from=2025-04-01&to=2026-03-31',
  'register by month': '/api/reports/register?type=Receipt&group_by=month&from=2025-04-01&to=2026-03-31',
  ratios: '/api/reports/ratios?from=2025-04-01&to=2026-03-31&compare=1',
  outstandings: '/api/reports/outstandings?side=receivable&as_of=2026-03-31',
};

describe('Reports in four forms', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let cash: string;

  beforeAll(async () => {
    platform = await givenPlatform({ worker: false });
    acme = await platform.givenTenant();
    cash = await keepBooks(acme);
  });

  const fetchFile = (path: string, headers?: Record<string, string>) =>
    fetchReport({ port: platform.port, token: acme.user.token }, path.replace('{cash}', cash), headers);

  it.each(Object.entries(ASKED))('%s: CSV, XLSX and PDF have the same figures', async (_name, path) => {
    const csv = rowsOfCsv((await fetchFile(`${path}&format=csv`)).bytes);
    expect(csv.length).toBeGreaterThan(1);
    const fields = Object.keys(csv[0]!).filter((field) => !NOT_AN_AMOUNT.has(field));

    const sheet = (await rowsOfXlsx((await fetchFile(`${path}&format=xlsx`)).bytes)).slice(HEADER_ROWS);
    expect(sheet.length).toBe(csv.length);
    for (const [index, row] of csv.entries())
      for (const field of fields)
        if (AMOUNT.test(row[field]!))
          expect([field, sheet[index]]).toEqual([field, expect.arrayContaining([row[field]])]);

    const { bytes } = await fetchFile(`${path}&format=pdf`);
    const text = pagesOfPdf(bytes).join('\n');
    for (const row of csv)
      for (const field of fields)
        if (AMOUNT.test(row[field]!) && !/^-?0\.00$/.test(row[field]!))
          expect(text).toContain(field.startsWith('value') ? row[field]! : onPaper(row[field]!));
    expect(text).toContain('Page 1');
  });

  it('JSON has the figures that CSV has, and links that lead on', async () => {
    const { body } = await acme.user.get(ASKED['trial-balance']!);
    const csv = rowsOfCsv((await fetchFile(`${ASKED['trial-balance']}&format=csv`)).bytes);
    const { rows, totals } = body.data.trial_balance;
    expect(csv.length).toBe(rows.length + 1);
    for (const [index, { links, comparatives, ...row }] of rows.entries()) {
      expect(csv[index]).toMatchObject({
        opening_debit: row.opening_debit,
        closing_credit: row.closing_credit,
        comparative_1: comparatives[0],
        link: links.statement,
      });
      if (row.nature !== 'asset') continue; // statements open with earlier years also of income and expense
      const { body: next } = await acme.user.get(links.statement);
      const closing = next.data.statement.closing;
      expect(closing).toBe(row.closing_credit === '0.00' ? row.closing_debit : `-${row.closing_credit}`);
      for (const line of next.data.statement.lines.slice(0, 1))
        expect((await acme.user.get(line.links.voucher)).body.data.voucher.id).toBe(line.voucher_id);
    }
    expect(csv.at(-1)).toMatchObject({ row: 'total', ...totals });
  });

  it('follows the Accept header, and the query before it', async () => {
    const { headers } = await fetchFile('/api/reports/trial-balance', { accept: 'application/pdf' });
    expect(headers.get('content-type')).toBe('application/pdf');
    expect(headers.get('vary')).toBe('Accept');
    expect(headers.get('content-disposition')).toBe('attachment; filename="trial-balance.pdf"');
    const csv = await fetchFile('/api/reports/trial-balance?format=csv', { accept: 'application/pdf' });
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  });

  it('refuses a form that it does not have, and says what is missing before a file begins', async () => {
    expect((await fetchFile('/api/reports/trial-balance?format=docx')).status).toBe(400);
    const { status, bytes } = await fetchFile('/api/ledgers/42/statement?format=pdf');
    expect(status).toBe(404);
    expect(JSON.parse(bytes.toString()).code).toBe('ledger_not_found');
  });

  it('keeps every paisa: a sheet’s number is the decimal itself, and a text where a number would lose digits', async () => {
    const sheet = await rowsOfXlsx((await fetchFile(`${ASKED['trial-balance']}&format=xlsx`)).bytes);
    const cells = sheet.flat();
    expect(cells).toContain(BEYOND_DOUBLES);
    expect(cells).toContain(MORE_DIGITS_THAN_A_SHEET_HOLDS);
  });

  it('gives spreadsheets no formula to run', async () => {
    const { bytes } = await fetchFile(`${ASKED['day-book']}&format=csv`);
    expect(rowsOfCsv(bytes).map(({ narration }) => narration)).toContain(`'=HYPERLINK("http://evil.example","x")`);
  });

  it('paints a page: Devanagari and the sign of the rupee are there as letters', async () => {
    const { bytes } = await fetchFile(`${ASKED['trial-balance']}&format=pdf`);
    const [page] = pagesOfPdf(bytes);
    expect(page).toContain('₹');
    // in the order in which the letters stand, with each र् after the syllable that it is written over
    expect(page).toContain('ट्रेड');
    expect(inkOfFirstPage(bytes)).toBeGreaterThan(0.005);
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
    expect(rowsOfCsv((await fetchFile(`${path}&format=csv`)).bytes).at(-1)).toMatchObject({
      row: 'total',
      amount: '1239567.50',
    });
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

/** Two years with bills, a cancelled voucher, amounts beyond doubles, and names in Devanagari. @returns the id of Cash */
async function keepBooks({ user }: GivenTenant): Promise<string> {
  // biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes
  const done = async (answer: Promise<{ status: number; text: string; body: any }>) => {
    const { status, text, body } = await answer;
    if (status >= 300) throw new Error(text);
    return body.data;
  };
  await done(user.put('/api/settings/company', { books_begin: '2024-04-01' }));
  const ledgers = [
    { name: 'Sales', group: 'Sales Accounts' },
    { name: 'Rent', group: 'Indirect Expenses' },
    { name: 'Purchases', group: 'Purchase Accounts' },
    { name: 'शर्मा ट्रेडर्स', group: 'Sundry Debtors', bill_by_bill: true },
    { name: 'Land', group: 'Fixed Assets', opening_balance: { amount: MORE_DIGITS_THAN_A_SHEET_HOLDS, side: 'debit' } },
    { name: 'HDFC Bank', group: 'Bank Accounts', opening_balance: { amount: BEYOND_DOUBLES, side: 'debit' } },
  ];
  for (const ledger of ledgers) await done(user.post('/api/ledgers', ledger));
  const voucher = (voucher_type: string, date: string, debit: object, credit: object, narration = '') =>
    done(user.post('/api/vouchers', { voucher_type, date, narration, entries: [debit, credit] }));
  await voucher('Receipt', '2024-05-02', { ledger: 'Cash', debit: '5000.00' }, { ledger: 'Sales', credit: '5000.00' });
  await voucher(
    'Receipt',
    '2025-05-02',
    { ledger: 'Cash', debit: '1234567.50' },
    { ledger: 'Sales', credit: '1234567.50' },
    '=HYPERLINK("http://evil.example","x")',
  );
  await voucher('Payment', '2025-06-30', { ledger: 'Rent', debit: '12000.25' }, { ledger: 'Cash', credit: '12000.25' });
  await voucher(
    'Payment',
    '2025-07-31',
    { ledger: 'Purchases', debit: '777.77' },
    { ledger: 'Cash', credit: '777.77' },
  );
  const bill = {
    ledger: 'शर्मा ट्रेडर्स',
    debit: '1180.00',
    bills: [{ type: 'new_ref', name: 'INV-17', amount: '1180.00' }],
  };
  await voucher('Sales', '2025-12-01', bill, { ledger: 'Sales', credit: '1180.00' }, 'बिक्री, दूसरी तिमाही');
  const { voucher: cancelled } = await voucher(
    'Receipt',
    '2025-08-01',
    { ledger: 'Cash', debit: '99.99' },
    { ledger: 'Sales', credit: '99.99' },
  );
  await done(user.post(`/api/vouchers/${cancelled.id}/cancel`, { reason: 'wrong' }));
  const { ledgers: found } = await done(user.get('/api/ledgers?search=Cash'));
  return found.find(({ name }: { name: string }) => name === 'Cash').id;
}
