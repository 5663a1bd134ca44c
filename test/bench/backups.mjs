import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { newSealKey } from '../../dist/libs/common/src/index.js';
import { DumpFolder } from '../../dist/libs/provisioning/src/dumps/dump-folder.js';
import { loadDump } from '../../dist/libs/provisioning/src/dumps/load-dump.js';
import { writeDump } from '../../dist/libs/provisioning/src/dumps/write-dump.js';
import { DATABASE } from './platform.mjs';

const GOAL = 0.8;
const MEMORY_GOAL_MB = 64;
const ROWS_MAX = 600_000;
const LOOK_EVERY_MS = 20;
const SOURCE = 'finvera_bench_dump';
const [OURS, SHELL] = [`${SOURCE}_ours`, `${SOURCE}_shell`];

/** Writing and loading a sealed backup against what the shell pipes: `mariadb-dump | zstd`, `zstd -d | mariadb`. */
export async function backups(_platform, { runs, entries }) {
  const { host, port, user, password } = DATABASE;
  const folder = mkdtempSync(join(tmpdir(), 'finvera-bench-dumps-'));
  const connection = await createConnection({ ...DATABASE, multipleStatements: true });
  const shell = (command) => execFileSync('bash', ['-c', command], { env: { ...process.env, MYSQL_PWD: password } });
  const client = `-h ${host} -P ${port} -u ${user}`;
  const plain = join(folder, 'plain.zst');
  try {
    const [[{ engine }]] = await connection.query('SELECT VERSION() AS engine');
    await fill(connection, Math.min(entries, ROWS_MAX));
    const files = new DumpFolder(folder);
    const options = { programs: '', key: newSealKey(), signal: new AbortController().signal };
    const of = (database) => ({ host, port, user, password, database, engine });
    const times = { write: [], dump: [], load: [], client: [] };
    let memory = 0;
    for (let run = 0; run < runs; run += 1) {
      times.dump.push(await timed(() => shell(`mariadb-dump ${client} --single-transaction --quick --hex-blob ${SOURCE} | zstd -q -f -o ${plain}`))); // biome-ignore format: one line
      const stop = watchMemory();
      times.write.push(await timed(() => files.write('bench/dump', (sink) => writeDump(of(SOURCE), sink, options))));
      memory = Math.max(memory, stop());
      for (const database of [OURS, SHELL])
        await connection.query(`DROP DATABASE IF EXISTS ${database}; CREATE DATABASE ${database}`);
      times.client.push(await timed(() => shell(`zstd -d -q -c ${plain} | mariadb ${client} ${SHELL}`)));
      times.load.push(await timed(() => loadDump(files.read('bench/dump'), of(OURS), options)));
    }
    return [
      compared('writing a sealed backup, against mariadb-dump | zstd', times.write, times.dump, runs),
      compared('loading it, against zstd -d | mariadb', times.load, times.client, runs),
      { name: 'memory while it is written, above idle', ours: memory, reference: MEMORY_GOAL_MB, ratio: memory / MEMORY_GOAL_MB, goal: `<= ${MEMORY_GOAL_MB} MB`, met: memory <= MEMORY_GOAL_MB, runs, unit: 'MB' }, // biome-ignore format: one line
    ];
  } finally {
    for (const database of [SOURCE, OURS, SHELL]) await connection.query(`DROP DATABASE IF EXISTS ${database}`);
    await connection.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(connection, rows) {
  await connection.query(
    `CREATE DATABASE ${SOURCE}; USE ${SOURCE};
     CREATE TABLE numbers (n INT PRIMARY KEY);
     INSERT INTO numbers VALUES ${Array.from({ length: 1_000 }, (_, n) => `(${n})`).join()};
     CREATE TABLE entries (id BIGINT PRIMARY KEY AUTO_INCREMENT, voucher_id BIGINT, ledger_id BIGINT, date DATE,
       debit DECIMAL(22,4), credit DECIMAL(22,4), narration VARCHAR(500), KEY (ledger_id, date), KEY (voucher_id))`,
  );
  await connection.query(
    `INSERT INTO entries (voucher_id, ledger_id, date, debit, credit, narration)
       SELECT a.n * 500 + b.n DIV 2, 1 + RAND() * 500, DATE_ADD('2026-04-01', INTERVAL RAND() * 365 DAY), RAND() * 10000, 0,
         CONCAT('Being goods sold, invoice ', SHA1(RAND())) FROM numbers a JOIN numbers b WHERE a.n < ?`,
    [Math.ceil(rows / 1_000)],
  );
}

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** @returns ends it, and says by how many MB the process grew at most */
function watchMemory() {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    return (most - before) / 1_000_000;
  };
}

function compared(name, ours, reference, runs) {
  const ratio = median(reference) / median(ours);
  return { name, ours: median(ours), reference: median(reference), ratio, goal: `>= ${GOAL}`, met: ratio >= GOAL, runs, unit: 'ms' }; // biome-ignore format: one line
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
