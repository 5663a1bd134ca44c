import { DomainError } from '@finvera/common';
import { CONNECTION_DEFAULTS, type TenantDataSource } from '@finvera/tenancy';
import { createConnection } from 'mysql2/promise';
import { DataSource, type EntityManager } from 'typeorm';
import { tenantSchema } from '../schema/tenant-schema.js';
import { CompanyTransaction } from './company-transaction.js';

const { TEST_DB_HOST, TEST_DB_PORT = '3306', TEST_DB_USER = 'root', TEST_DB_PASSWORD = '' } = process.env;
const describeWithDatabase = TEST_DB_HOST ? describe : describe.skip;

const server = { host: TEST_DB_HOST, port: Number(TEST_DB_PORT), user: TEST_DB_USER, password: TEST_DB_PASSWORD };
const { charset, timezone, supportBigNumbers, bigNumberStrings } = CONNECTION_DEFAULTS;

describeWithDatabase('CompanyTransaction', () => {
  const database = `test_company_transaction_${process.pid}_${Date.now()}`;
  let dataSource: DataSource;
  let transaction: CompanyTransaction;

  beforeAll(async () => {
    const connection = await createConnection(server);
    await connection.query(`CREATE DATABASE ${database}`);
    await connection.end();
    dataSource = await new DataSource({
      type: 'mysql',
      ...server,
      username: TEST_DB_USER,
      database,
      entities: [...tenantSchema.entities],
      migrations: [...tenantSchema.migrations],
      charset,
      timezone,
      supportBigNumbers,
      bigNumberStrings,
      dateStrings: ['DATE'],
      poolSize: 40,
    }).initialize();
    await dataSource.runMigrations({ transaction: 'none' });
    await dataSource.query('CREATE TABLE counters (id INT PRIMARY KEY, n INT NOT NULL)');
    await dataSource.query('INSERT INTO counters VALUES (1, 0), (2, 0)');
    transaction = new CompanyTransaction(dataSource as TenantDataSource);
  });

  afterAll(async () => {
    await dataSource?.query(`DROP DATABASE ${database}`);
    await dataSource?.destroy();
  });

  beforeEach(() => dataSource.query('UPDATE counters SET n = 0'));

  const add = (tx: EntityManager, id: number) => tx.query('UPDATE counters SET n = n + 1 WHERE id = ?', [id]);
  const counts = async () => {
    const rows: { n: number }[] = await dataSource.query('SELECT n FROM counters ORDER BY id');
    return rows.map(({ n }) => Number(n));
  };
  const request = (key: string, body: unknown = { a: 1 }) => ({ key, route: 'POST /api/things', body });

  it('tries deadlocked work again until it is done, and does it once', async () => {
    let runs = 0;
    let met = 0;
    let bothHold: () => void;
    const meeting = new Promise<void>((resolve) => {
      bothHold = resolve;
    });
    const crossing = (first: number, second: number) =>
      transaction.run(async (tx) => {
        runs += 1;
        await add(tx, first);
        met += 1;
        if (met === 2) bothHold();
        await meeting;
        await add(tx, second);
      });
    await Promise.all([crossing(1, 2), crossing(2, 1)]);
    expect(await counts()).toEqual([2, 2]);
    expect(runs).toBe(3);
  });

  it('gives up after five tries with 503 and Retry-After', async () => {
    let runs = 0;
    const refusal = transaction.run(async (tx) => {
      runs += 1;
      await add(tx, 1);
      throw Object.assign(new Error('deadlock'), { code: 'ER_LOCK_DEADLOCK' });
    });
    await expect(refusal).rejects.toMatchObject({ status: 503, code: 'company_busy', retryAfterSeconds: 1 });
    expect(runs).toBe(5);
    expect(await counts()).toEqual([0, 0]);
  });

  it('does the work of one key once, whoever asks at the same moment, and gives all of them one answer', async () => {
    let runs = 0;
    const answers = await Promise.all(
      Array.from({ length: 32 }, () =>
        transaction.run(
          async (tx) => {
            runs += 1;
            await add(tx, 1);
            return { id: '900719925474099312', run: runs };
          },
          { idempotency: request('many') },
        ),
      ),
    );
    expect(await counts()).toEqual([1, 0]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ id: '900719925474099312', run: 1 })]),
    );
  });

  it('forgets the key when the work fails, so that it can be tried again', async () => {
    const failing = transaction.run(
      async (tx) => {
        await add(tx, 1);
        throw new DomainError('refused', 422, 'No.');
      },
      { idempotency: request('fails') },
    );
    await expect(failing).rejects.toMatchObject({ code: 'refused' });
    await transaction.run((tx) => add(tx, 2), { idempotency: request('fails') });
    expect(await counts()).toEqual([0, 1]);
  });

  it('takes the same body in another order of fields, and refuses another body or route', async () => {
    const work = async () => 'done';
    await transaction.run(work, { idempotency: request('body', { a: 1, b: 2 }) });
    expect(await transaction.run(work, { idempotency: request('body', { b: 2, a: 1 }) })).toBe('done');
    const reused = { status: 409, code: 'idempotency_key_reused' };
    await expect(transaction.run(work, { idempotency: request('body', { a: 2, b: 2 }) })).rejects.toMatchObject(reused);
    await expect(
      transaction.run(work, { idempotency: { ...request('body', { a: 1, b: 2 }), route: 'POST /api/others' } }),
    ).rejects.toMatchObject(reused);
  });

  it('tells keys apart by case', async () => {
    await transaction.run((tx) => add(tx, 1), { idempotency: request('Case') });
    await transaction.run((tx) => add(tx, 1), { idempotency: request('case') });
    expect(await counts()).toEqual([2, 0]);
  });

  it('turns what a guard of the database refuses into the refusal that it is', async () => {
    const refusal = transaction.run(async (tx) => {
      await tx.query("INSERT INTO voucher_types (id, name, base_type) VALUES (1, 'Journal', 'journal')");
      await tx.query(
        "INSERT INTO vouchers (id, voucher_type_id, date, created_by) VALUES (1, 1, '2026-04-01', 'test')",
      );
      await tx.query("UPDATE vouchers SET status = 'posted' WHERE id = 1");
    });
    await expect(refusal).rejects.toMatchObject({ status: 422, code: 'voucher_unbalanced' });
  });
});
