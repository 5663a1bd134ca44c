import fc from 'fast-check';
import {
  asAdministrator,
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { VerifyBooks } from './verify-books.js';

describeWithDatabase('looking through the books', () => {
  let company: GivenCompany;
  let verify: VerifyBooks;

  beforeAll(async () => {
    company = await givenCompany();
    verify = new VerifyBooks(company.dataSource);
    await company.ledgers.create(
      {
        name: 'Acme',
        group: 'Sundry Debtors',
        bill_by_bill: true,
        opening_balance: { amount: '75.00', side: 'debit' },
      },
      clerk,
    );
    for (const [name, group] of [
      ['Bank', 'Bank Accounts'],
      ['Sales', 'Sales Accounts'],
    ])
      await company.ledgers.create({ name: name!, group: group! }, clerk);
    const posted = await company.vouchers.post(
      Array.from({ length: 12 }, (_, index) => twoEntries('Bank', 'Sales', `${index + 1}.50`, `2023-05-${10 + index}`)),
      asClerk,
    );
    await company.vouchers.post(
      [
        {
          ...twoEntries('Acme', 'Sales', '40.00'),
          entries: [
            {
              ledger: 'Acme',
              debit: '40.00',
              bills: [
                { type: 'new_ref', name: 'INV-1', amount: '30.00' },
                { type: 'on_account', amount: '10.00' },
              ],
            },
            { ledger: 'Sales', credit: '40.00' },
          ],
        },
      ],
      asClerk,
    );
    await company.vouchers.post([{ ...twoEntries('Bank', 'Sales', '9.00'), status: 'draft' }], asClerk);
    await company.cancel.cancel(posted[1]!.id, { reason: 'wrong' }, asClerk);
    await company.alter.alter(posted[2]!.id, twoEntries('Bank', 'Sales', '77.10', '2023-06-01'), asClerk);
    await company.reverse.reverse(posted[3]!.id, { reason: 'undone' }, asAdministrator);
    await company.keepBooks.run({ all: true });
    await company.vouchers.post([twoEntries('Bank', 'Sales', '3.00')], asClerk); // neither folded nor sealed
  });
  afterAll(() => company.close());

  it('finds nothing in books that nobody touched, before and after they are kept', async () => {
    const before = await verify.run();
    expect(before.problems).toEqual([]);
    expect(before).toMatchObject({ sound: true, edit_log: { unsealed: 1 } });
    await company.keepBooks.run({ all: true });
    const after = await verify.run({ noted: before.edit_log.head });
    expect(after).toMatchObject({ sound: true, edit_log: { unsealed: 0, sealed: before.edit_log.sealed + 1 } });
  });

  /** What somebody with the right to drop triggers could do, and the check that must find it; {n} is a place in a table. */
  const TAMPERINGS: [check: string, statement: string][] = [
    ['vouchers', 'UPDATE entries SET debit = debit + 0.01 WHERE debit > 0 ORDER BY id LIMIT {n}, 1'],
    ['vouchers', "UPDATE vouchers SET total = total + 1 WHERE status = 'posted' ORDER BY id LIMIT {n}, 1"],
    ['vouchers', "UPDATE vouchers SET date = '2023-07-01' WHERE status = 'posted' ORDER BY id LIMIT {n}, 1"],
    ['vouchers', 'UPDATE entries SET in_books = 1 - in_books ORDER BY id LIMIT {n}, 1'],
    ['vouchers', 'DELETE FROM entries ORDER BY id LIMIT {n}, 1'],
    [
      'totals',
      "UPDATE entries SET ledger_id = (SELECT id FROM ledgers WHERE name = 'Cash') WHERE in_books = 1 ORDER BY id LIMIT {n}, 1",
    ],
    [
      'totals',
      'UPDATE ledger_totals SET debit = debit + 1, credit = credit + 1 ORDER BY level, mark, ledger_id LIMIT {n}, 1',
    ],
    ['totals', 'DELETE FROM ledger_totals WHERE debit + credit <> 0 ORDER BY level, mark, ledger_id LIMIT {n}, 1'],
    ['history', "UPDATE vouchers SET number = CONCAT('99', number) WHERE number IS NOT NULL ORDER BY id LIMIT {n}, 1"],
    [
      'history',
      "UPDATE entries e JOIN vouchers v ON v.id = e.voucher_id SET e.ledger_id = (SELECT id FROM ledgers WHERE name = 'Cash') WHERE v.status = 'cancelled'",
    ],
    ['numbers', 'UPDATE voucher_number_series SET last_number = last_number + 1'],
    ['numbers', 'UPDATE vouchers SET number = NULL WHERE number IS NOT NULL ORDER BY id LIMIT {n}, 1'],
    ['entries', 'UPDATE bill_allocations SET debit = debit + 1 WHERE debit > 0 ORDER BY id LIMIT 1'],
    ['entries', 'DELETE FROM bill_allocations ORDER BY id LIMIT 1'],
    ['edit log', "UPDATE edit_log SET reason = 'as agreed' ORDER BY id LIMIT {n}, 1"],
    ['edit log', 'UPDATE edit_log SET actor_name = CONCAT(actor_name, 1) ORDER BY id LIMIT {n}, 1'],
    ['edit log', 'DELETE FROM edit_log ORDER BY id LIMIT {n}, 1'],
    [
      'edit log',
      "INSERT INTO edit_log (id, actor_id, actor_name, actor_kind, request_id, action, object_type, object_id, content_hash) VALUES ({n} + 1, 1, 'x', 'company', 'x', 'x', 'x', 'x', REPEAT('a', 64))",
    ],
    ['edit log', 'UPDATE edit_log_chain SET chain_hash = SHA2(chain_hash, 256) ORDER BY sequence LIMIT {n}, 1'],
    ['edit log', 'DELETE FROM edit_log_chain ORDER BY sequence LIMIT {n}, 1'],
  ];

  it('finds whatever was changed around the program, with the guards put away', async () => {
    await company.keepBooks.run({ all: true });
    const triggers = await company.sql<{ Trigger: string }>('SHOW TRIGGERS');
    const connection = company.dataSource.createQueryRunner();
    await connection.connect();
    const statements: string[] = [];
    for (const { Trigger } of triggers) {
      const [shown] = await connection.query(`SHOW CREATE TRIGGER ${Trigger}`);
      statements.push(shown['SQL Original Statement']);
      await connection.query(`DROP TRIGGER ${Trigger}`);
    }
    try {
      expect((await verify.run()).checks.find(({ check }) => check === 'guards')?.problems).toBe(triggers.length);
      const tampering = fc.tuple(fc.constantFrom(...TAMPERINGS), fc.nat(4));
      const all = TAMPERINGS.map((one) => [[one, 1]] as [[(typeof TAMPERINGS)[number], number]]);
      await fc.assert(
        fc.asyncProperty(tampering, async ([[check, statement], n]) => {
          await connection.query('SET foreign_key_checks = 0');
          await connection.startTransaction();
          try {
            const text = statement
              .replace('{n}', String(n))
              .replace(/LIMIT (\d+), 1$/, (_, skip) => `LIMIT ${Number(skip) + 1}`);
            const { affectedRows } = await connection.query(text);
            expect(affectedRows).toBeGreaterThan(0);
            const found = await new VerifyBooks({
              transaction: (_: string, work: (tx: unknown) => unknown) => work(connection),
            } as never).run();
            expect({ statement: text, checks: found.problems.map((problem) => problem.check) }).toEqual({
              statement: text,
              checks: expect.arrayContaining([check]),
            });
          } finally {
            await connection.rollbackTransaction();
          }
        }),
        { examples: all, numRuns: TAMPERINGS.length + Number(process.env.TAMPERINGS ?? 15) },
      );
    } finally {
      for (const statement of statements) await connection.query(statement);
      await connection.query('SET foreign_key_checks = 1');
      await connection.release();
    }
    expect((await verify.run()).problems).toEqual([]);
  }, 120_000);

  it('knows a head that was written down, and misses one that is not of this chain', async () => {
    const {
      edit_log: { head },
    } = await verify.run();
    expect(await verify.run({ noted: head })).toMatchObject({ sound: true });
    expect(await verify.run({ noted: 'f'.repeat(64) })).toMatchObject({
      sound: false,
      problems: [{ check: 'edit log', message: expect.stringContaining('the noted head is not in the chain') }],
    });
  });

  it('tells of a guard that says something else', async () => {
    const [shown] = await company.sql<Record<string, string>>('SHOW CREATE TRIGGER edit_log_no_change');
    await company.sql('DROP TRIGGER edit_log_no_change');
    await company.sql(
      'CREATE TRIGGER edit_log_no_change BEFORE UPDATE ON edit_log FOR EACH ROW BEGIN SET NEW.reason = NEW.reason; END',
    );
    expect((await verify.run()).problems).toEqual([
      { check: 'guards', message: 'the guard edit_log_no_change in the database says something else' },
    ]);
    await company.sql('DROP TRIGGER edit_log_no_change');
    await company.sql(shown!['SQL Original Statement']!);
  });

  it('makes wrong totals right again from the entries', async () => {
    await company.sql('UPDATE ledger_totals SET debit = debit + 5');
    expect((await verify.run()).sound).toBe(false);
    await company.totals.build.restart();
    await company.keepBooks.run({ all: true });
    expect((await verify.run()).problems).toEqual([]);
  });
});
