import { isAsWide } from './column-changes.js';
import { CheckMigrations } from './check-migrations.js';
import { describeWithDatabase, openSession } from './given-database.testing.js';
import { givenVersion, givenVersions, THINGS } from './given-migrations.testing.js';
import { lintMigrations } from './lint-migrations.js';
import type { MigrationSession } from './migration-session.js';

const drop = {
  up: 'ALTER TABLE things DROP COLUMN size',
  down: 'ALTER TABLE things ADD COLUMN size INT NULL AFTER name',
};
const problems = (...migrations: Parameters<typeof givenVersions>[0]) =>
  lintMigrations(givenVersions([{ steps: [THINGS] }, ...migrations], givenVersion(2))).map(({ problem }) => problem);

describe('lintMigrations', () => {
  it('a contract needs an earlier release that stopped using what goes', () => {
    expect(problems({ steps: [drop], phase: 'contract', after: givenVersion(1) })).toEqual([]);
    expect(problems({ steps: [drop], phase: 'contract' })).toEqual([
      expect.stringContaining('`after` must be the version'),
    ]);
    expect(problems({ steps: [drop], phase: 'contract', after: givenVersion(1), release: '1.0.0' })).toEqual([
      expect.stringContaining('is a contract in the release that prepared it (1.0.0)'),
    ]);
    expect(
      lintMigrations(
        givenVersions(
          [{ steps: [THINGS] }, { steps: [drop], phase: 'contract', after: givenVersion(1) }],
          '0000000000000',
        ),
      ),
    ).toMatchObject([{ problem: expect.stringContaining('raise minSchemaVersion') }]);
  });

  it.each([
    ['a statement that names a database', 'ALTER TABLE other.things ADD COLUMN a INT NULL', 'without its database'],
    ['two objects in one statement', 'DROP TABLE things, others', 'of one object'],
    ['two statements in one step', 'UPDATE things SET size = 1; UPDATE things SET size = 2', 'one statement a step'],
    ['an algorithm of its own', 'ALTER TABLE things ADD COLUMN a INT NULL, ALGORITHM=COPY', 'leave ALGORITHM'],
    ['deleting outside a contract', 'DELETE FROM things WHERE id = 1', 'only a contract deletes data'],
    ['what cannot be taken up again', 'TRUNCATE TABLE things', 'one INSERT, UPDATE'],
  ])('refuses %s', (_, up, problem) => {
    expect(problems({ steps: [{ up, down: 'ALTER TABLE things DROP COLUMN a' }] })).toContainEqual(
      expect.stringContaining(problem),
    );
  });

  it('wants a way back, and an end for batches', () => {
    expect(problems({ steps: [{ ...drop, down: null }] })).toEqual([expect.stringContaining('needs its `down`')]);
    expect(problems({ steps: [{ up: 'UPDATE things SET size = 1', down: null, batched: true }] })).toEqual([
      expect.stringContaining('ends with LIMIT'),
    ]);
  });
});

describeWithDatabase('CheckMigrations', () => {
  let session: MigrationSession;
  beforeAll(async () => {
    session = await openSession();
  });
  afterAll(() => session.close());

  const check = async (...migrations: Parameters<typeof givenVersions>[0]) =>
    (await new CheckMigrations(session, givenVersions([{ steps: [THINGS] }, ...migrations])).run()).map(
      ({ problem }) => problem,
    );

  it('finds nothing in a good one', async () => {
    expect(
      await check(
        {
          steps: [
            { up: 'ALTER TABLE things ADD COLUMN a INT NOT NULL DEFAULT 0', down: 'ALTER TABLE things DROP COLUMN a' },
          ],
        },
        { steps: [drop], phase: 'contract', after: givenVersion(1) },
      ),
    ).toEqual([]);
  });

  it.each([
    ['a dropped column', drop, 'drops or renames things.size'],
    ['a renamed column', { up: 'ALTER TABLE things CHANGE size width INT NULL', down: 'ALTER TABLE things CHANGE width size INT NULL' }, 'drops or renames things.size'],
    ['a renamed table', { up: 'RENAME TABLE things TO stuff', down: 'RENAME TABLE stuff TO things' }, 'drops or renames things.id'],
    ['a narrowed column', { up: 'ALTER TABLE things MODIFY name VARCHAR(20) NOT NULL', down: 'ALTER TABLE things MODIFY name VARCHAR(60) NOT NULL' }, 'narrows things.name from varchar(60) to varchar(20)'],
    ['a column that may no longer be empty', { up: 'ALTER TABLE things MODIFY size INT NOT NULL', down: 'ALTER TABLE things MODIFY size INT NULL' }, 'makes things.size NOT NULL'],
    ['a new column that the former code does not fill', { up: 'ALTER TABLE things ADD COLUMN a INT NOT NULL', down: 'ALTER TABLE things DROP COLUMN a' }, 'adds things.a NOT NULL without a default'],
    ['a way back that leads elsewhere', { up: 'ALTER TABLE things ADD KEY things_size (size)', down: 'ALTER TABLE things ADD KEY things_name (name)' }, 'down leaves another schema'],
    ['a column that comes back in another place', { up: 'ALTER TABLE things ADD COLUMN a INT NULL AFTER id', down: 'ALTER TABLE things DROP COLUMN a, MODIFY size INT NULL AFTER id' }, 'down leaves another schema'],
  ])('finds %s', async (_, step, problem) => {
    expect(await check({ steps: [step] })).toContainEqual(expect.stringContaining(problem));
  }); // biome-ignore format: a table
});

it.each([
  ['varchar(10)', 'varchar(20)', true], ['varchar(20)', 'varchar(10)', false], ['varchar(20)', 'longtext', true], ['int(11)', 'bigint(20)', true],
  ['bigint', 'int', false], ['int unsigned', 'int', false], ['decimal(10,2)', 'decimal(12,2)', true], ['decimal(10,2)', 'decimal(10,4)', false],
  ["enum('a','b')", "enum('a','b','c')", true], ["enum('a','b')", "enum('b','a')", false], ['datetime(6)', 'datetime(3)', false], ['date', 'varchar(20)', false],
])('every %s fits %s: %s', (from, to, fits) => { expect(isAsWide(from, to)).toBe(fits); }); // biome-ignore format: a table
