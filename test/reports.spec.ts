import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { BEYOND_DOUBLES, keepTwoYears, MORE_DIGITS_THAN_A_SHEET_HOLDS } from './support/two-years.js';
import { fetchReport, inkOfFirstPage, pagesOfPdf, rowsOfCsv, rowsOfXlsx } from './support/report-files.js';

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
  'profit-and-loss by Schedule III':
    '/api/reports/profit-and-loss?form=schedule_iii&from=2025-04-01&to=2026-03-31&compare=1',
  'balance-sheet by Schedule III': '/api/reports/balance-sheet?form=schedule_iii&as_of=2026-03-31&compare=1',
  'cash-flow': '/api/reports/cash-flow?from=2025-04-01&to=2026-03-31',
  'cash-flow by AS 3': '/api/reports/cash-flow?method=indirect&from=2025-04-01&to=2026-03-31&compare=previous_year',
  exceptions: '/api/reports/exceptions?from=2025-04-01&to=2026-03-31',
  outstandings: '/api/reports/outstandings?side=receivable&as_of=2026-03-31',
};

describe('Reports in four forms', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let cash: string;

  beforeAll(async () => {
    platform = await givenPlatform({ worker: false });
    acme = await platform.givenTenant();
    cash = await keepTwoYears(acme);
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

  it('has each report in the list and in OpenAPI, with its parameters and forms', async () => {
    const { reports } = (await acme.user.get('/api/reports')).body.data;
    const { paths } = (await acme.user.get('/api/docs-json')).body;
    expect(reports.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(Object.keys(ASKED).filter((name) => !name.includes(' '))),
    );
    for (const { path } of reports) {
      const { get } = paths[path.replace(/:(\w+)/g, '{$1}')];
      const names = get.parameters.map(({ name }: { name: string }) => name);
      expect([path, names]).toEqual([
        path,
        expect.arrayContaining(['format', ...(path.includes(':id') ? ['id'] : [])]),
      ]);
      expect(Object.keys(get.responses[200].content)).toEqual(expect.arrayContaining(['application/pdf', 'text/csv']));
    }
    const { parameters } = paths['/api/reports/trial-balance'].get;
    expect(parameters.map(({ name }: { name: string }) => name).sort()).toEqual([
      'as_of',
      'compare',
      'format',
      'from',
      'known_at',
      'level',
    ]);
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
});
