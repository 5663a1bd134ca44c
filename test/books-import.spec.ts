import { setTimeout as sleep } from 'node:timers/promises';
import { type Book, readBook } from './oracles/book.js';
import { compareAnswers } from './oracles/compare-answers.js';
import { httpCompanyClient } from './oracles/company-client.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';

const BOOK = 'services-one-year';
const ENDING_MAX_MS = 60_000;
const LIMIT_BYTES = 8_000_000;
const BETWEEN_LOOKS_MS = 100;
const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const UTF16_MARK = '\ufeff';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const message = (inner: string) => `<TALLYMESSAGE xmlns:UDF="TallyUDF">${inner}</TALLYMESSAGE>`;
/** Tally's debits are negative. */
const amountOf = (debit?: string, credit?: string) => (debit !== undefined ? `-${debit}` : credit);
const TALLY_BILLS: Record<string, string> = {
  new_ref: 'New Ref',
  agst_ref: 'Agst Ref',
  advance: 'Advance',
  on_account: 'On Account',
};

interface Bill {
  type: string;
  name?: string;
  amount: string;
}

/** A book as Tally exports it. Its cancelled vouchers are left out, as Tally keeps no amounts of them. */
function tallyFile({ accounts, vouchers }: Book): Buffer {
  const ledgers = accounts.map(({ name, group, bill_by_bill, opening_balance: opening }) =>
    message(
      `<LEDGER NAME="${escaped(name)}"><PARENT>${escaped(group)}</PARENT><ISBILLWISEON>${bill_by_bill ? 'Yes' : 'No'}</ISBILLWISEON>${
        opening
          ? `<OPENINGBALANCE>${opening.side === 'debit' ? '-' : ''}${opening.amount}</OPENINGBALANCE>`
          : '<OPENINGBALANCE/>'
      }</LEDGER>`,
    ),
  );
  const bills = (given: Bill[], sign: string) =>
    given
      .map(
        ({ type, name = '', amount }) =>
          `<BILLALLOCATIONS.LIST><NAME>${escaped(name)}</NAME><BILLTYPE>${TALLY_BILLS[type]}</BILLTYPE><AMOUNT>${sign}${amount}</AMOUNT></BILLALLOCATIONS.LIST>`,
      )
      .join('');
  const posted = vouchers
    .filter(({ cancelled }) => !cancelled)
    .map(({ ref, type, date, narration, entries }) =>
      message(
        `<VOUCHER VCHTYPE="${type}"><GUID>${ref}</GUID><DATE>${date.replaceAll('-', '')}</DATE><VOUCHERTYPENAME>${type}</VOUCHERTYPENAME><NARRATION>&#4;${escaped(narration)}</NARRATION>${entries
          .map(
            ({ account, debit, credit, bills: given = [] }) =>
              `<ALLLEDGERENTRIES.LIST><LEDGERNAME>${escaped(account)}</LEDGERNAME><AMOUNT>${amountOf(debit, credit)}</AMOUNT>${bills(given as Bill[], debit === undefined ? '' : '-')}</ALLLEDGERENTRIES.LIST>`,
          )
          .join('')}</VOUCHER>`,
      ),
    );
  const body = [...ledgers, ...posted].join('\n');
  return Buffer.from(`${UTF16_MARK}<ENVELOPE><BODY><DATA>\n${body}\n</DATA></BODY></ENVELOPE>`, 'utf16le');
}

describe('A book that comes as a file of Tally', () => {
  let platform: Platform;
  let tenant: GivenTenant;
  const { book, answers } = readBook(BOOK)!;
  const posted = book.vouchers.filter(({ cancelled }) => !cancelled).length;

  beforeAll(async () => {
    platform = await givenPlatform({
      worker: false,
      env: { RATE_LIMITS: 'off', IMPORT_LIMIT_BYTES: String(LIMIT_BYTES) },
    });
    tenant = await platform.givenTenant();
    await tenant.user.put('/api/settings/company', { books_begin: book.books_begin });
  }, 60_000);
  afterAll(() => platform?.stop());

  const look = async (id: string) => (await tenant.user.get(`/api/imports/${id}`)).body.data.import;
  const ended = async (id: string) => {
    for (const until = Date.now() + ENDING_MAX_MS; Date.now() < until; await sleep(BETWEEN_LOOKS_MS)) {
      const found = await look(id).catch(() => undefined);
      if (found && !['running', 'undoing'].includes(found.status)) return found;
    }
    throw new Error(`the import is not at its end: ${JSON.stringify(await look(id))}`);
  };
  const upload = (query = '') =>
    tenant.user.post(`/api/imports?file_name=book.xml${query}`, undefined, {
      raw: tallyFile(book),
      headers: { 'content-type': 'application/xml' },
    });

  it('goes in while the process is killed, reconciles, and gives the figures of other programs', async () => {
    const rehearsal = await upload('&dry_run=true');
    expect([rehearsal.status, rehearsal.body.data.import.id]).toEqual([200, null]);
    const { body, status } = await upload('&mode=by_row');
    expect(status).toBe(201);
    const { id, counts, problems } = body.data.import;
    expect(problems).toEqual([]);
    expect(counts.voucher).toEqual({ ready: posted });
    expect((await tenant.user.post(`/api/imports/${id}/run`)).status).toBe(202);
    for (let done = 0; done < 200; ) done = (await look(id)).progress.done;
    await platform.apis[0]!.kill();
    platform.startApi();
    expect(await ended(id)).toMatchObject({ status: 'succeeded', counts: { voucher: { done: posted } } });
    const { reconciliation } = (await tenant.user.get(`/api/imports/${id}/reconciliation`)).body.data;
    expect(reconciliation).toMatchObject({ reconciled: true, differing: 0, rows: [] });

    const client = httpCompanyClient(`http://127.0.0.1:${platform.port}`, tenant.user.token);
    // the day book alone has the cancelled ones
    const withoutCancelled = { ...book, vouchers: book.vouchers.filter(({ cancelled }) => !cancelled) };
    const { compared, differences } = await compareAnswers(client, withoutCancelled, answers);
    expect(differences.slice(0, 20)).toEqual([]);
    expect(compared).toBeGreaterThan(1_000);

    const verified = await tenant.user.get('/api/books/verification');
    expect([verified.status, verified.body.data?.verification?.sound]).toEqual([200, true]);
  }, 120_000);

  it('is refused as JSON, as something else, and when it is too large', async () => {
    expect(await tenant.user.post('/api/imports', { a: 1 })).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
    const raw = Buffer.from('<html></html>');
    const options = { raw, headers: { 'content-type': 'application/octet-stream' } };
    expect(await tenant.user.post('/api/imports', undefined, options)).toMatchObject({ status: 400 });
    expect(await tenant.user.post('/api/ledgers', undefined, options)).toMatchObject({ status: 415 });
    const sheet = { raw: Buffer.from('PK no workbook'), headers: { 'content-type': SHEET } };
    const refused = await tenant.user.post('/api/imports', undefined, sheet);
    expect([refused.status, refused.body.error]).toEqual([400, expect.stringMatching(/as a workbook/)]);
    const large = { ...options, raw: Buffer.alloc(LIMIT_BYTES + 1, 0x20) };
    expect(await tenant.user.post('/api/imports', undefined, large)).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
  });
});
