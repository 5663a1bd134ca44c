import { setTimeout as sleep } from 'node:timers/promises';

export const BOOKS_BEGIN = '2021-04-01';
/** Days over which the vouchers are spread. */
export const DAYS = 1_825;
export const HOT_LEDGER = 1;
const LEDGERS = 2_000;
const ONE_IN = 5; // of the vouchers debits the hot ledger: a tenth of all entries
const VOUCHERS_AT_ONCE = 250_000;
const BUILD_MAX_MS = 30 * 60_000;
const ALL_LEDGERS = '18446744073709551615';

export const ledgerId = (index) => 1 + (index % LEDGERS);

/**
 * A company with 2,000 ledgers and so many entries of two-line vouchers over five years, a tenth of them of one ledger.
 * They are inserted with the triggers away (each of them would fire ten million times); then the triggers are put back,
 * and the totals are built by the product itself, as for a company whose books were there before the totals.
 */
export async function givenBooks(platform, entries) {
  const tenant = await platform.givenTenant();
  const connection = await platform.connect(tenant.db_name);
  const sql = async (statement, values) => (await connection.query(statement, values))[0];
  await sql('SET SESSION sql_log_bin = 0, foreign_key_checks = 0, unique_checks = 0');
  await sql('UPDATE company_settings SET books_begin = ?', [BOOKS_BEGIN]);
  const [{ id: group }] = await sql("SELECT id FROM account_groups WHERE name = 'Sundry Debtors'");
  await sql(`INSERT INTO ledgers (id, name, group_id) SELECT seq, CONCAT('Ledger ', seq), ? FROM seq_1_to_${LEDGERS}`, [
    group,
  ]);
  const [{ id: type }] = await sql("SELECT id FROM voucher_types WHERE name = 'Journal'");
  await withoutTriggers(sql, async () => {
    const vouchers = entries / 2;
    for (let first = 1; first <= vouchers; first += VOUCHERS_AT_ONCE) {
      const numbers = `seq_${first}_to_${Math.min(vouchers, first + VOUCHERS_AT_ONCE - 1)}`;
      const date = `DATE_ADD('${BOOKS_BEGIN}', INTERVAL (seq * ${DAYS - 1}) DIV ${vouchers} DAY)`;
      const amount = '(1 + (seq * 7919) MOD 99991) / 100';
      await sql(
        `INSERT INTO vouchers (id, voucher_type_id, date, number, number_period, status, total, created_by, posted_at)
           SELECT seq, ?, ${date}, seq, '1900-01-01', 'posted', ${amount}, 'bench', '2021-04-01' FROM ${numbers}`,
        [type],
      );
      for (const [line, ledger, debit, credit] of [
        [
          1,
          `CASE WHEN seq MOD ${ONE_IN} = 0 THEN ${HOT_LEDGER} ELSE 2 + (seq * 7919) MOD ${LEDGERS - 1} END`,
          amount,
          '0',
        ],
        [2, `2 + (seq * 104729 + 17) MOD ${LEDGERS - 1}`, '0', amount],
      ])
        await sql(
          `INSERT INTO entries (id, voucher_id, line_no, ledger_id, date, debit, credit, in_books)
             SELECT 2 * seq + ${line}, seq, ${line}, ${ledger}, ${date}, ${debit}, ${credit}, 1 FROM ${numbers}`,
        );
      process.stderr.write(`  ${2 * Math.min(vouchers, first + VOUCHERS_AT_ONCE - 1)} of ${entries} entries\n`);
    }
  });
  await sql('ANALYZE TABLE entries, vouchers');
  await sql('UPDATE books_state SET totals_through = 0');
  const started = performance.now();
  await platform.send(
    'POST',
    '/api/vouchers',
    tenant.token,
    voucherOf({ date: '2026-04-01', debited: 2, credited: 3 }),
  );
  for (;;) {
    const [{ totals_through: through }] = await sql('SELECT totals_through FROM books_state');
    if (through === ALL_LEDGERS) break;
    if (performance.now() - started > BUILD_MAX_MS) throw new Error(`totals are built up to ledger ${through} only`);
    await sleep(250);
  }
  process.stderr.write(`  totals built in ${Math.round((performance.now() - started) / 1_000)} s\n`);
  await connection.end();
  return { ...tenant, connect: () => platform.connect(tenant.db_name) };
}

export const voucherOf = ({ date, debited, credited, amount = '12.50' }) => ({
  voucher_type: 'Journal',
  date,
  narration: 'bench',
  entries: [
    { ledger_id: String(debited), debit: amount },
    { ledger_id: String(credited), credit: amount },
  ],
});

/** Without work they stay away. */
export async function withoutTriggers(sql, work) {
  const triggers = await sql('SHOW TRIGGERS');
  const statements = [];
  for (const { Trigger } of triggers) {
    const [shown] = await sql('SHOW CREATE TRIGGER ??', [Trigger]);
    statements.push(shown['SQL Original Statement']);
    await sql('DROP TRIGGER ??', [Trigger]);
  }
  if (!work) return;
  await work();
  for (const statement of statements) await sql(statement);
}

/** Milliseconds that work takes. */
export async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
