import { createConnection, type Connection } from 'mysql2/promise';
import { credentialsOf } from './support/database-users.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

/** What the server itself refuses to somebody who has a company's database password and a client. */
describe('a company’s own database user', () => {
  let platform: Platform;
  let hardened: GivenTenant;
  let separate: GivenTenant;
  let a: GivenTenant;
  let b: GivenTenant;
  let thief: Connection;

  beforeAll(async () => {
    platform = await givenPlatform();
    hardened = await platform.givenTenant();
    platform.env.USE_SEPARATE_DB_USERS = 'true';
    await platform.restartApi();
    separate = await platform.givenTenant();
    const { body } = await platform.admin.post(`/api/admin/tenants/${hardened.id}/harden`);
    await until(async () => {
      const answer = await platform.admin.get(`/api/admin/operations/${body.data.operation.id}`);
      return answer.body.data.operation.status === 'succeeded';
    }, 'it is hardened');
  });

  describe.each([
    ['made for it at its creation', () => [separate, hardened] as const],
    ['given to it later', () => [hardened, separate] as const],
  ])('%s', (_when, companies) => {
    beforeAll(async () => {
      [a, b] = companies();
      const { host, port } = platform.database;
      const credentials = await credentialsOf(platform, a.id);
      thief = await createConnection({ host, port, ...credentials, database: a.dbName });
    });

    afterAll(() => thief?.destroy());

    const refused = async (sql: string, parameters: unknown[] = []): Promise<string> => {
      try {
        await thief.query(sql, parameters);
        return `${sql}: was done`;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const DENIED =
      /^ER_(DBACCESS_DENIED|TABLEACCESS_DENIED|SPECIFIC_ACCESS_DENIED|ACCESS_DENIED|KILL_DENIED|CANNOT_USER|COLUMNACCESS_DENIED|CANT_CREATE_USER_WITH_GRANT)/;

    it('reads and writes its own data', async () => {
      const [rows] = await thief.query('SELECT COUNT(*) AS n FROM ledgers');
      expect(Number((rows as { n: number }[])[0]!.n)).toBeGreaterThan(0);
      await thief.query('UPDATE users SET name = name');
    });

    it('sees and reaches no other database', async () => {
      const [databases] = await thief.query('SHOW DATABASES');
      const names = (databases as { Database: string }[]).map(({ Database }) => Database);
      expect(names.filter((name) => !['information_schema', 'performance_schema'].includes(name))).toEqual([a.dbName]);
      const master = platform.env.MASTER_DB_NAME!;
      for (const [sql, ...names] of [
        ['USE ??', b.dbName],
        ['SELECT * FROM ??.ledgers', b.dbName],
        ['INSERT INTO ??.users (name) VALUES (1)', b.dbName],
        ['DELETE FROM ??.vouchers', b.dbName],
        ['USE ??', master],
        ['SELECT * FROM ??.tenant_master', master],
        ['USE mysql'],
        ['SELECT * FROM mysql.user'],
        ['SELECT * FROM mysql.db'],
        ['CREATE TABLE ??.stolen AS SELECT * FROM ledgers', b.dbName],
        ['RENAME TABLE ledgers TO ??.ledgers2', b.dbName],
      ] as [string, ...string[]][])
        expect([sql, await refused(sql, names)]).toEqual([sql, expect.stringMatching(DENIED)]);
      const [seen] = await thief.query('SELECT DISTINCT table_schema AS db FROM information_schema.tables');
      expect((seen as { db: string }[]).map(({ db }) => db)).not.toContain(b.dbName);
    });

    it('does not reach a database whose name differs where its own has an underscore', async () => {
      const neighbour = a.dbName.replaceAll('_', 'x'); // in a GRANT, _ stands for any letter unless it is escaped
      await platform.sql('CREATE DATABASE ??', [neighbour]);
      try {
        expect(await refused('USE ??', [neighbour])).toMatch(DENIED);
      } finally {
        await platform.sql('DROP DATABASE ??', [neighbour]);
      }
    });

    it('changes no structure, no user, no setting of the server, reads and writes no file, ends nobody', async () => {
      const keeper = await platform.connect();
      try {
        for (const sql of [
          'CREATE TABLE extra (id INT)',
          'DROP TABLE ledgers',
          'ALTER TABLE ledgers ADD COLUMN extra INT',
          'CREATE TRIGGER extra BEFORE INSERT ON ledgers FOR EACH ROW SET @extra = 1',
          'CREATE PROCEDURE extra() SELECT 1',
          'CREATE VIEW extra AS SELECT 1',
          'DROP DATABASE IF EXISTS finvera_other',
          'CREATE DATABASE finvera_other',
          "CREATE USER somebody@'%' IDENTIFIED BY 'something long 1'",
          'GRANT ALL ON *.* TO CURRENT_USER',
          "SHOW GRANTS FOR root@'127.0.0.1'",
          'SET GLOBAL max_connections = 1',
          'FLUSH TABLES',
          'SHUTDOWN',
          "SELECT 1 INTO OUTFILE '/tmp/finvera-stolen.txt'",
          "LOAD DATA INFILE '/etc/passwd' INTO TABLE ledgers",
        ])
          expect([sql, await refused(sql)]).toEqual([sql, expect.stringMatching(DENIED)]);
        expect(await refused('KILL ?', [keeper.threadId])).toMatch(DENIED);
        const [read] = await thief.query("SELECT LOAD_FILE('/etc/passwd') AS content");
        expect((read as { content: unknown }[])[0]!.content).toBeNull();
        const [processes] = await thief.query('SHOW PROCESSLIST');
        expect((processes as { Id: string }[]).map(({ Id }) => Number(Id))).not.toContain(keeper.threadId);
      } finally {
        await keeper.end();
      }
    });
  });
});
