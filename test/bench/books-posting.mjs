import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { timed, voucherOf, withoutTriggers } from './books-company.mjs';
import { DATABASE, freePort, median } from './platform.mjs';

const CLIENTS = 16;
const LEDGERS = 1_000;
const WARMING_SECONDS = 8;
const POST_GOAL = 0.5;
const HOT_GOAL = 0.8;
const BULK_GOAL = 0.3;
const BULK_VOUCHERS = 1_000;
const BULK_CLIENTS = 2;
const DATE = '2026-04-01';

/** Posting through the whole product, against what the database alone can take of the same rows. */
export async function booksPosting(platform, { runs, seconds, entries }) {
  const ours = await givenLedgers(platform);
  const bare = await givenLedgers(platform);
  await removeTriggers(platform, bare);
  const port = await freePort();
  const [type] = await query(platform, bare, "SELECT id FROM voucher_types WHERE name = 'Journal'");
  const server = fork(new URL('books-bare-server.mjs', import.meta.url), [
    JSON.stringify({ ...DATABASE, database: bare.db_name, typeId: type.id, listen: port }),
  ]);
  await new Promise((resolve) => server.once('message', resolve));
  const spread = (url, token) => shoot(url, token, (index) => [index % LEDGERS, (index * 7) % LEDGERS]);
  const product = `${platform.url}/api/vouchers`;
  const posting = () => spread(product, ours.token)(seconds);
  const barely = () => spread(`http://127.0.0.1:${port}/vouchers`)(seconds);
  const hot = () => shoot(product, ours.token, () => [0, 1])(seconds);
  const pairs = [];
  const hotPairs = [];
  try {
    for (let warming = 0; warming < WARMING_SECONDS; warming += seconds) {
      await posting();
      await barely();
    }
    for (let run = 0; run < runs; run += 1) pairs.push([await posting(), await barely()]);
    for (let run = 0; run < runs; run += 1) hotPairs.push([await hot(), await posting()]);
  } finally {
    server.kill();
  }
  return [
    result('posting 2-line vouchers, 16 clients, against bare Fastify + mysql2', pairs, POST_GOAL, 'vouchers/s'),
    result('all clients posting to one ledger, against 1,000 ledgers', hotPairs, HOT_GOAL, 'vouchers/s'),
    await bulk({ platform, ours, bare, runs, vouchers: Math.min(20_000, entries / 10) }),
  ];
}

/** Rows a second of vouchers, entries, edit log and noted changes; LOAD DATA puts the same rows into the same tables without triggers. */
async function bulk({ platform, ours, bare, runs, vouchers }) {
  const folder = mkdtempSync(join(tmpdir(), 'finvera-bulk-'));
  const pairs = [];
  try {
    for (let run = 0; run < runs + 1; run += 1) {
      const before = await counts(platform, ours);
      const took = await timed(() => postInBulk(platform, ours, vouchers));
      const rows = (await counts(platform, ours)) - before;
      const files = await dumpLast(platform, ours, { folder, vouchers });
      const loading = await timed(() => load(platform, bare, files));
      if (run > 0) pairs.push([rows / (took / 1_000), rows / (loading / 1_000)]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return result(`bulk posting, ${BULK_VOUCHERS} vouchers a request, against LOAD DATA`, pairs, BULK_GOAL, 'rows/s');
}

async function postInBulk(platform, company, vouchers) {
  let left = vouchers / BULK_VOUCHERS;
  const client = async () => {
    while (left-- > 0) {
      const body = Array.from({ length: BULK_VOUCHERS }, (_, index) =>
        voucherOf({ date: DATE, debited: ledgerAt(index), credited: ledgerAt(index * 7 + 1) }),
      );
      await platform.send('POST', '/api/vouchers/bulk', company.token, { vouchers: body });
    }
  };
  await Promise.all(Array.from({ length: BULK_CLIENTS }, client));
}

const TABLES = {
  vouchers: 'id, voucher_type_id, date, number, number_period, narration, status, total, posted_at, created_by',
  entries: 'id, voucher_id, voucher_version, line_no, ledger_id, date, debit, credit, narration, in_books',
  edit_log:
    'id, at, actor_id, actor_name, actor_kind, request_id, ip, action, object_type, object_id, object_name, after_state, content_hash',
};

/** Rows that posting stores: those of three tables, and the two that triggers note for a while. */
async function counts(platform, company) {
  const [row] = await query(
    platform,
    company,
    'SELECT 2 * COUNT(*) + (SELECT 2 * COUNT(*) FROM entries) AS stored FROM vouchers',
  );
  return Number(row.stored) + Number(row.stored) / 6;
}

/** The last vouchers as files, each of a table. */
async function dumpLast(platform, company, { folder, vouchers }) {
  const files = {};
  for (const [table, columns] of Object.entries(TABLES)) {
    const limit = table === 'entries' ? 2 * vouchers : vouchers;
    const rows = await query(
      platform,
      company,
      `SELECT ${columns.replace('after_state', 'CAST(after_state AS CHAR) AS after_state')} FROM ${table} ORDER BY id DESC LIMIT ?`,
      [limit],
    );
    files[table] = join(folder, table);
    const text = (value) => (value === null ? '\\N' : String(value).replace(/[\\\t\n]/g, (found) => `\\${found}`));
    writeFileSync(
      files[table],
      rows
        .reverse()
        .map((row) => `${Object.values(row).map(text).join('\t')}\n`)
        .join(''),
    );
  }
  const entries = await query(
    platform,
    company,
    'SELECT id, ledger_id, in_books, date, is_opening, debit, credit FROM entries ORDER BY id DESC LIMIT ?',
    [2 * vouchers],
  );
  files.entry_deltas = join(folder, 'entry_deltas');
  writeFileSync(files.entry_deltas, entries.map((row) => `${Object.values(row).join('\t')}\n`).join(''));
  const logged = await query(platform, company, 'SELECT id FROM edit_log ORDER BY id DESC LIMIT ?', [vouchers]);
  files.edit_log_unsealed = join(folder, 'edit_log_unsealed');
  writeFileSync(files.edit_log_unsealed, logged.map(({ id }) => `${id}\n`).join(''));
  return files;
}

async function load(platform, company, files) {
  const connection = await platform.connect(company.db_name);
  // the ledgers and the type are those of another company
  await connection.query('SET SESSION foreign_key_checks = 0');
  await connection.beginTransaction();
  for (const [table, file] of Object.entries(files))
    await connection.query(`LOAD DATA INFILE ? INTO TABLE ${table} (${TABLES[table] ?? ''})`.replace(' ()', ''), [
      file,
    ]);
  await connection.commit();
  await connection.end();
}

const ledgerAt = (index) => 1 + (index % LEDGERS);

async function givenLedgers(platform) {
  const tenant = await platform.givenTenant();
  await query(platform, tenant, "UPDATE company_settings SET books_begin = '2021-04-01'");
  await query(
    platform,
    tenant,
    `INSERT INTO ledgers (id, name, group_id) SELECT seq, CONCAT('Ledger ', seq), (SELECT id FROM account_groups WHERE name = 'Sundry Debtors')
       FROM seq_1_to_${LEDGERS}`,
  );
  return tenant;
}

async function removeTriggers(platform, tenant) {
  const connection = await platform.connect(tenant.db_name);
  await withoutTriggers(async (statement, values) => (await connection.query(statement, values))[0], undefined);
  await connection.end();
}

async function query(platform, tenant, statement, values) {
  const connection = await platform.connect(tenant.db_name);
  const [rows] = await connection.query({ sql: statement, values, dateStrings: true });
  await connection.end();
  return rows;
}

/** Vouchers a second. */
const shoot = (url, token, ledgers) => async (seconds) => {
  let index = 0;
  const { requests, non2xx, errors } = await autocannon({
    url,
    connections: CLIENTS,
    duration: seconds,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    requests: [
      {
        setupRequest: (request) => {
          index += 1;
          const [debited, credited] = ledgers(index);
          return {
            ...request,
            body: JSON.stringify(voucherOf({ date: DATE, debited: debited + 1, credited: credited + 1 })),
          };
        },
      },
    ],
  });
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests to ${url} failed`);
  return requests.average;
};

function result(name, pairs, goal, unit) {
  const ratio = median(pairs.map(([ours, reference]) => ours / reference));
  return {
    name,
    ours: median(pairs.map(([ours]) => ours)),
    reference: median(pairs.map(([, reference]) => reference)),
    ratio,
    goal: `>= ${goal}`,
    met: ratio >= goal,
    runs: pairs.length,
    unit,
  };
}
