import { givenBooks, BOOKS_BEGIN, HOT_LEDGER, timed, voucherOf } from './books-company.mjs';
import { median } from './platform.mjs';

const GOAL = 1 / 100;
const GROWTH_GOAL = 2;
const BACK_DATED_GOAL = 1.5;
const SMALL_ENTRIES = 100_000;
const PAGE = 100;
const DATES = ['2026-03-31', '2025-11-17', '2024-08-06', '2023-01-22', '2022-05-30'];
const POSTS = 200;

const GROUP_BY = `SELECT e.ledger_id, SUM(e.debit), SUM(e.credit) FROM entries e
  WHERE e.in_books = 1 AND e.date <= ? GROUP BY e.ledger_id`;
/** As one would write it who has not thought of it. */
const WITH_OFFSET = `SELECT e.date, e.voucher_id, v.number, e.debit, e.credit FROM entries e JOIN vouchers v ON v.id = e.voucher_id
  WHERE e.ledger_id = ? AND e.in_books = 1 AND e.date BETWEEN ? AND ? ORDER BY e.date, e.id LIMIT ? OFFSET ?`;

/** Trial balance at any date, statement pages and back-dated posts in a company of many entries. */
export async function booksReports(platform, { runs, entries }) {
  const small = await givenBooks(platform, SMALL_ENTRIES);
  const large = await givenBooks(platform, entries);
  const connection = await large.connect();
  const sql = async (statement, values) => (await connection.query(statement, values))[0];
  const read = (company, path) => timed(() => platform.send('GET', path, company.token));
  const trialBalance = (company, date) => read(company, `/api/reports/trial-balance?as_of=${date}`);
  for (const company of [small, large]) for (const date of DATES) await trialBalance(company, date);
  const balances = [];
  for (let run = 0; run < runs; run += 1)
    for (const date of DATES) {
      const ours = await trialBalance(large, date);
      balances.push([ours, await timed(() => sql(GROUP_BY, [date])), await trialBalance(small, date)]);
    }
  const named = entries >= 1_000_000 ? `${entries / 1_000_000} million` : `${entries / 1_000} thousand`;
  const results = [
    result(
      `trial balance, ${named} entries, 2,000 ledgers, against GROUP BY`,
      balances.map(([a, b]) => [a, b]),
      GOAL,
    ),
    result(
      `the same against ${SMALL_ENTRIES} entries`,
      balances.map(([a, , c]) => [a, c]),
      GROWTH_GOAL,
    ),
  ];
  results.push(await knownAt({ trialBalance, large, runs, named }));
  results.push(...(await statementPages({ platform, large, sql, entries, runs })));
  results.push(await backDated({ platform, large, runs }));
  await connection.end();
  return results;
}

/** What was known at a past moment is read from the entries: no total holds it. */
async function knownAt({ trialBalance, large, runs, named }) {
  const moment = new Date(Date.now() - 1_000).toISOString();
  const pairs = [];
  for (let run = 0; run < Math.max(1, Math.floor(runs / 2)); run += 1)
    for (const date of DATES)
      pairs.push([
        await trialBalance(large, `${date}&known_at=${encodeURIComponent(moment)}`),
        await trialBalance(large, date),
      ]);
  return result(`trial balance as known at a moment, ${named} entries, against as known now`, pairs);
}

async function statementPages({ platform, large, sql, entries, runs }) {
  const [from, to] = [BOOKS_BEGIN, '2026-12-31'];
  const count = entries / 10;
  const path = (extra) => `/api/ledgers/${HOT_LEDGER}/statement?from=${from}&to=${to}&limit=${PAGE}${extra}`;
  const page = async (extra) => (await fetchPage(platform, large, path(extra))).body;
  // a page from the middle is come to by its date, as a person would
  const middle = async () => {
    const { meta } = await page('');
    const [side, , id] = decode(meta.next_cursor);
    return encode([side, '2023-10-01', id]);
  };
  const cursors = { first: '', middle: `&cursor=${await middle()}`, last: '&position=end' };
  const offsets = { first: 0, middle: Math.floor(count / 2), last: Math.max(0, count - PAGE) };
  const results = [];
  const times = {};
  for (const place of ['first', 'middle', 'last']) {
    const pairs = [];
    for (let warming = 0; warming < 5; warming += 1) await page(cursors[place]);
    for (let run = 0; run < Math.max(3, runs); run += 1) {
      const ours = await timed(() => page(cursors[place]));
      pairs.push([ours, await timed(() => sql(WITH_OFFSET, [HOT_LEDGER, from, to, PAGE, offsets[place]]))]);
    }
    times[place] = pairs.map(([ours]) => ours);
    if (place !== 'first')
      results.push(result(`statement page of a ledger with ${count} entries, ${place}, against OFFSET`, pairs, GOAL));
  }
  const alike = times.last.map((last, index) => [last, times.first[index]]);
  return [...results, result('the last page against the first', alike, GROWTH_GOAL)];
}

async function backDated({ platform, large, runs }) {
  const post = (date) =>
    timed(async () => {
      for (let count = 0; count < POSTS; count += 1) {
        const [debited, credited] = [2 + ((count * 7919) % 1999), 2 + ((count * 104729) % 1999)];
        await platform.send('POST', '/api/vouchers', large.token, voucherOf({ date, debited, credited }));
      }
    });
  await post('2026-04-01');
  const pairs = [];
  for (let run = 0; run < runs; run += 1)
    pairs.push([await post(`2023-04-0${1 + run}`), await post(`2026-04-0${1 + run}`)]);
  return result(
    'post back-dated by three years against one for today',
    pairs.map((pair) => pair.map((ms) => ms / POSTS)),
    BACK_DATED_GOAL,
  );
}

const encode = (key) => Buffer.from(JSON.stringify(key)).toString('base64url');
const decode = (cursor) => JSON.parse(Buffer.from(cursor, 'base64url').toString());

async function fetchPage(platform, company, path) {
  const answer = await fetch(`${platform.url}${path}`, { headers: { authorization: `Bearer ${company.token}` } });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return { body: await answer.json() };
}

function result(name, pairs, goal) {
  const ratio = median(pairs.map(([ours, reference]) => ours / reference));
  return {
    name,
    ours: median(pairs.map(([ours]) => ours)),
    reference: median(pairs.map(([, reference]) => reference)),
    ratio,
    goal: goal === undefined ? '' : `<= ${goal}`,
    met: goal === undefined ? null : ratio <= goal,
    runs: pairs.length,
    unit: 'ms',
  };
}
