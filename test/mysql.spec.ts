import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { type MysqlServer, startMysql } from '../scripts/lib/mysql.mjs';
import { describeSeparateCompanies } from './separate-companies.js';

/** Where `npm test` unpacked a MySQL; it says why when there is none to be had. `npm run test:mysql` runs much more on it. */
const root = process.env.TEST_MYSQL_ROOT;

(root ? describe : describe.skip)('on MySQL, with a database user for each company', () => {
  let folder: string;
  let mysql: MysqlServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'finvera-mysql-'));
    mysql = await startMysql({ root: root!, dir: folder });
  }, 120_000);

  afterAll(async () => {
    await mysql.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('it is a MySQL indeed', async () => {
    const { host, port, user, password } = mysql;
    const connection = await createConnection({ host, port, user, password });
    const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
    await connection.end();
    expect(rows[0]!.version).toMatch(/^(8|9)\./);
  });

  describeSeparateCompanies(() => ({ database: mysql, env: { USE_SEPARATE_DB_USERS: 'true' } }));
});
