import { describeWithDatabase, givenDatabase, openSession, sessionLostAfter } from './given-database.testing.js';
import { givenVersion, givenVersions, THINGS } from './given-migrations.testing.js';

const versions = givenVersions([
  {
    steps: [THINGS, { up: "INSERT INTO things (name, size) VALUES ('one', 1), ('two', 2), ('three', 3)", down: null }],
  },
  {
    steps: [
      { up: 'ALTER TABLE things ADD COLUMN colour VARCHAR(20) NULL', down: 'ALTER TABLE things DROP COLUMN colour' },
      { up: 'UPDATE things SET size = size + 10', down: 'UPDATE things SET size = size - 10' },
      { up: "UPDATE things SET colour = 'red' WHERE colour IS NULL LIMIT 2", down: null, batched: true },
      {
        up: `CREATE TRIGGER things_name BEFORE INSERT ON things FOR EACH ROW
          IF NEW.name = '' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a thing; has a name'; END IF`,
        down: 'DROP TRIGGER things_name',
      },
      { up: 'ALTER TABLE things ADD UNIQUE KEY things_name (name)', down: 'ALTER TABLE things DROP KEY things_name' },
    ],
  },
]);
const [FIRST, SECOND] = [givenVersion(1), givenVersion(2)];
const SIZES = 'SELECT name, size FROM things ORDER BY id';

describeWithDatabase('MigrateDatabase', () => {
  let given: Awaited<ReturnType<typeof givenDatabase>>;
  beforeAll(async () => {
    given = await givenDatabase(versions);
  });
  beforeEach(() => given.empty());
  afterAll(() => given.drop());

  it('goes forward and back, and says in the database where it is', async () => {
    expect(await given.migrate().forward(FIRST)).toBe(FIRST);
    const first = await given.lines();
    expect(await given.migrate().forward(SECOND)).toBe(SECOND);
    expect(await given.rows('SELECT name FROM migrations ORDER BY id')).toEqual([
      { name: `Given${FIRST}` },
      { name: `Given${SECOND}` },
    ]);
    expect(await given.rows('SELECT name, size, colour FROM things ORDER BY id')).toEqual([
      { name: 'one', size: 11, colour: 'red' },
      { name: 'two', size: 12, colour: 'red' },
      { name: 'three', size: 13, colour: 'red' },
    ]);
    expect(await given.migrate().back(FIRST)).toBe(FIRST);
    expect(await given.lines()).toEqual(first);
    expect(await given.rows('SELECT size FROM things ORDER BY id')).toEqual([{ size: 1 }, { size: 2 }, { size: 3 }]);
    expect(await given.migrate().back(null)).toBeNull();
    expect(await given.lines()).toEqual([]);
  });

  it('doing it again does nothing; a database that is further stays as it is', async () => {
    await given.migrate().forward(SECOND);
    const steps: unknown[] = [];
    expect(await given.migrate({ onStep: (step) => void steps.push(step) }).forward(SECOND)).toBe(SECOND);
    expect(await given.migrate({ onStep: (step) => void steps.push(step) }).forward(FIRST)).toBe(SECOND);
    expect(steps).toEqual([]);
  });

  it('twenty#24033: after a loss behind any statement whatever it goes on, or turns back, and does nothing twice', async () => {
    await given.migrate().forward(FIRST);
    const before = { lines: await given.lines(), sizes: await given.rows(SIZES) };
    await given.migrate().forward(SECOND);
    const after = { lines: await given.lines(), sizes: await given.rows(SIZES) };
    const start = { forward: FIRST, back: SECOND };
    let moments = 0;
    const continuations = { forward: ['forward', 'settle before'], back: ['back', 'settle after'] } as const;
    for (const way of ['forward', 'back'] as const)
      for (const then of continuations[way])
        for (let lostAfter = 2; ; lostAfter += 1) {
          await given.empty();
          await given.migrate().forward(start[way]);
          const session = sessionLostAfter(given.session, lostAfter);
          const lost = await given
            .migrate({ session })
            [way](way === 'forward' ? SECOND : FIRST)
            .then(
              () => false,
              (error: { code?: string }) => error.code === 'PROTOCOL_CONNECTION_LOST',
            );
          if (!lost) break;
          moments += 1;
          if (then === 'forward') await given.migrate().forward(SECOND);
          else if (then === 'back') await given.migrate().back(FIRST);
          else await given.migrate().settle(then === 'settle before' ? 'before' : 'after');
          const found = { lines: await given.lines(), sizes: await given.rows(SIZES) };
          const complete = (await given.rows('SELECT name FROM migrations')).length === 2;
          expect([way, then, lostAfter, found]).toEqual([way, then, lostAfter, complete ? after : before]);
          if (then === 'forward') expect(complete).toBe(true);
          if (then === 'back') expect(complete).toBe(false);
        }
    expect(moments).toBeGreaterThan(50);
  });

  it('a database whose data forbid it is told so, and can be put back untouched', async () => {
    await given.migrate().forward(FIRST);
    await given.rows("INSERT INTO things (name, size) VALUES ('one', 4)");
    const before = { lines: await given.lines(), sizes: await given.rows(SIZES) };
    await expect(given.migrate().forward(SECOND)).rejects.toMatchObject({
      code: 'migration_failed',
      message: expect.stringContaining("Duplicate entry 'one'"),
    });
    expect(await given.migrate().settle('before')).toBe(FIRST);
    expect({ lines: await given.lines(), sizes: await given.rows(SIZES) }).toEqual(before);
  });

  it('typeorm#4588, n8n#34685: two processes that migrate one database at once do it once', async () => {
    await given.migrate().forward(FIRST);
    const other = await openSession();
    const results = await Promise.allSettled([
      given.migrate().forward(SECOND),
      given.migrate({ session: other }).forward(SECOND),
    ]);
    other.close();
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'tenant_busy', status: 503 });
    expect(await given.rows('SELECT size FROM things WHERE name = "one"')).toEqual([{ size: 11 }]);
  });

  it('a table that cannot be changed online is locked only when it is small, or when somebody allowed it', async () => {
    const locking = givenVersions([
      { steps: [THINGS] },
      {
        steps: [
          {
            up: 'ALTER TABLE things MODIFY size VARCHAR(20) NULL',
            down: 'ALTER TABLE things MODIFY size INT NULL',
          },
        ],
      },
    ]);
    const migrate = (allowLocking: boolean) => given.migrate({ versions: locking, lockRowsMax: 2, allowLocking });
    await migrate(false).forward(FIRST);
    await given.rows("INSERT INTO things (name) VALUES ('a'), ('b'), ('c')");
    await expect(migrate(false).forward(SECOND)).rejects.toMatchObject({
      code: 'would_lock_table',
      message: expect.stringContaining('would lock the table things of about 3 rows'),
    });
    expect(await migrate(false).settle('before')).toBe(FIRST);
    expect(await migrate(true).forward(SECOND)).toBe(SECOND);
    await given.rows('DELETE FROM things');
    expect(await migrate(false).back(FIRST)).toBe(FIRST);
  });
});
