import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMariadb } from '../scripts/lib/mariadb.mjs';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';

/**
 * 64 posters, and SIGKILL of MariaDB or the API at moments nobody chose. Whoever was answered finds the voucher once, with
 * the number of the answer; whoever was not asks again with the same key; and the books verify. Twenty rounds with
 * `npm run crash:books`.
 */
const ROUNDS = Number(process.env.BOOKS_CRASH_ROUNDS ?? 2);
const POSTERS = 64;
const LEDGERS = ['Cash', 'Bank', 'Sales', 'Rent'];
const TYPES = ['Journal', 'Receipt', 'Payment'];
const KILL_AFTER_MS = [150, 1_200] as const;
const AGAIN_AFTER_MS = 100;

interface Acknowledged {
  id: string;
  number: string;
  type: string;
}

describe('posters while MariaDB and the API are killed', () => {
  let folder: string;
  let mariadb: Awaited<ReturnType<typeof startMariadb>>;
  let platform: Platform;
  let tenant: GivenTenant;
  const acknowledged = new Map<string, Acknowledged>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'finvera-posters-'));
    mariadb = await startMariadb({ dir: folder, fast: false });
    platform = await givenPlatform({ database: mariadb, worker: false, env: { RATE_LIMITS: 'off' } });
    tenant = await platform.givenTenant();
    const groups = [undefined, 'Bank Accounts', 'Sales Accounts', 'Indirect Expenses'];
    for (const [index, name] of LEDGERS.entries())
      if (groups[index]) await tenant.user.post('/api/ledgers', { name, group: groups[index] });
  }, 90_000);

  afterAll(async () => {
    await platform?.stop();
    await mariadb?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const sql = <Row>(statement: string) => platform.sql<Row>(statement, [], tenant.dbName);

  /** Posts one voucher after the other, each until it is answered; stops when it is told to, with its last one answered. */
  async function poster(index: number, posting: { ends: boolean }): Promise<void> {
    while (!posting.ends) {
      const reference = randomUUID();
      const type = TYPES[index % TYPES.length]!;
      const [debited, credited] = [LEDGERS[index % 4]!, LEDGERS[(index + 1) % 4]!];
      const amount = `${1 + (index % 9)}.${10 + index}`;
      const today = new Date().toISOString().slice(0, 10);
      const body = {
        voucher_type: type,
        date: today,
        reference,
        entries: [
          { ledger: debited, debit: amount },
          { ledger: credited, credit: amount },
        ],
      };
      for (;;) {
        const answer = await tenant.user
          .post('/api/vouchers', body, { headers: { 'idempotency-key': reference } })
          .catch(() => undefined);
        if (answer?.status === 201) {
          const { id, number } = answer.body.data.voucher;
          acknowledged.set(reference, { id, number, type });
          break;
        }
        if (answer && answer.status < 500) throw new Error(`${answer.status} ${answer.text}`);
        await sleep(AGAIN_AFTER_MS);
      }
    }
  }

  async function killOne(victim: 'API' | 'MariaDB'): Promise<void> {
    const [from, to] = KILL_AFTER_MS;
    await sleep(from + Math.random() * (to - from));
    if (victim === 'API') {
      await platform.apis[0]!.kill();
      platform.startApi();
    } else {
      mariadb.kill();
      mariadb = await startMariadb({ dir: folder, port: mariadb.port, fast: false });
    }
    await platform.untilReady();
  }

  it(
    `leave every acknowledged voucher there once, no gap and no duplicate, in ${ROUNDS} rounds`,
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const victim = round % 2 === 0 ? 'MariaDB' : 'API';
        const posting = { ends: false };
        const posters = Promise.all(Array.from({ length: POSTERS }, (_, index) => poster(index, posting)));
        await killOne(victim);
        await sleep(300);
        posting.ends = true;
        await posters;
        const rows = await sql<{ id: string; number: string; reference: string; type: string; status: string }>(
          `SELECT v.id, v.number, v.reference, t.name AS type, v.status FROM vouchers v JOIN voucher_types t ON t.id = v.voucher_type_id
           WHERE v.is_opening = 0`,
        );
        expect(rows.length).toBe(acknowledged.size);
        for (const { id, number, reference, type, status } of rows)
          expect({ id, number, type, status }).toEqual({ ...acknowledged.get(reference), status: 'posted' });
        for (const type of TYPES) {
          const numbers = rows.filter((row) => row.type === type).map((row) => Number(row.number));
          expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
        }
        if (ROUNDS > 5)
          process.stdout.write(`round ${round + 1}, ${victim} killed: ${rows.length} vouchers, each once\n`);
      }
      expect(acknowledged.size).toBeGreaterThan(POSTERS * ROUNDS);
      expect(await platform.cli('books', 'verify', tenant.subdomain)).toContain(`${tenant.subdomain}: sound`);
    },
    60_000 + ROUNDS * 60_000,
  );

  it('books verify ends with exit code 2 and says what is wrong; books rebuild mends totals; the route tells the same', async () => {
    await sql('INSERT INTO ledger_totals SELECT 0, 739500, id, 1, 1 FROM ledgers LIMIT 1');
    await sql('DROP TRIGGER vouchers_stay');
    const command = platform.startCli('books', 'verify', '--all', '--json');
    const { code } = await command.ended;
    expect([code, command.output]).toEqual([
      2,
      expect.stringContaining('the guard vouchers_stay is not in the database'),
    ]);
    const { body } = await tenant.user.get('/api/books/verification');
    expect(body.data.verification.problems.map(({ check }: { check: string }) => check)).toEqual(['guards', 'totals']);
    expect(await platform.cli('books', 'rebuild', tenant.subdomain)).toContain('totals are made anew');
    const again = await tenant.user.get('/api/books/verification');
    expect(again.body.data.verification).toMatchObject({ sound: false, problems: [{ check: 'guards' }] });
  }, 60_000);
});
