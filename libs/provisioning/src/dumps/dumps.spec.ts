import { newSealKey } from '@finvera/common';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { differences, readContents } from './database-contents.js';
import { DumpFolder } from './dump-folder.js';
import { loadDump } from './load-dump.js';
import { type DumpSource, loadableCode, writeDump } from './write-dump.js';

const { TEST_DB_HOST: host, TEST_DB_PORT, TEST_DB_USER: user, TEST_DB_PASSWORD: password } = process.env;
const server = { host: host!, port: Number(TEST_DB_PORT), user: user!, password: password! };
const name = `finvera_dump_${randomBytes(4).toString('hex')}`;
const key = newSealKey();
const { signal } = new AbortController();
/** DUMP_PROGRAMS_DIR: to try the tools of another engine */
const options = { programs: process.env.DUMP_PROGRAMS_DIR ?? '', key, signal };

let connection: Connection;
let source: DumpSource;

const session = {
  query: async <Row>(sql: string, parameters: unknown[] = []) =>
    (await connection.query<RowDataPacket[]>(sql, parameters as never))[0] as unknown as Row[],
};

beforeAll(async () => {
  connection = await createConnection({
    ...server,
    multipleStatements: true,
    bigNumberStrings: true,
    supportBigNumbers: true,
  });
  const [row] = await session.query<{ version: string }>('SELECT VERSION() AS version');
  source = { ...server, database: name, engine: row!.version };
  // MariaDB's mysqldump names generated columns of a MySQL, which then refuses them; MySQL's own does not
  const canGenerate = /mariadb/i.test(source.engine) || process.env.DUMP_PROGRAMS_DIR;
  const twice = canGenerate ? ', twice DECIMAL(21,4) AS (amount * 2) STORED' : '';
  await connection.query(`
    CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci; USE ${name};
    CREATE TABLE parents (id BIGINT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(200) NOT NULL, note TEXT NULL, raw VARBINARY(40) NULL,
      amount DECIMAL(20,4) NOT NULL DEFAULT 0${twice}, at DATETIME(6) NULL, seen TIMESTAMP NULL, doc JSON NULL);
    CREATE TABLE children (id BIGINT PRIMARY KEY, parent_id BIGINT NOT NULL, FOREIGN KEY (parent_id) REFERENCES parents (id));
    CREATE TRIGGER no_delete BEFORE DELETE ON children FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'children stay';
    CREATE TRIGGER with_semicolon BEFORE UPDATE ON children FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'as they are';
    CREATE TRIGGER compound BEFORE INSERT ON children FOR EACH ROW BEGIN SET @seen = 1; SET @seen = 2; END;
    CREATE FUNCTION answer() RETURNS INT DETERMINISTIC RETURN 42;`);
  const awkward = [
    'plain',
    'it\'s; -- \\ "q"',
    'line\nbreak\r\ttab\0zero',
    'DEFINER=`root`@`%` ₹ 🙂',
    '/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ x',
  ];
  for (const [index, text] of awkward.entries())
    await connection.query('INSERT INTO parents (name, note, raw, amount, at, seen, doc) VALUES (?, ?, ?, ?, ?, ?, ?)', [
      text, text.repeat(50), randomBytes(40), `${index}.0001`, '2026-02-28 23:59:59.999999', '2026-10-25 01:30:00', '{"a":[1,"ß"]}',
    ]); // biome-ignore format: one call
  await connection.query('INSERT INTO children VALUES (1, 1), (2, 2)');
  for (let doubled = 0; doubled < 11; doubled += 1)
    await connection.query('INSERT INTO parents (name, note, raw, amount) SELECT name, note, raw, amount FROM parents');
});

afterAll(async () => {
  for (const suffix of ['', '_copy', '_owned']) await connection.query(`DROP DATABASE IF EXISTS ${name}${suffix}`);
  await connection.query("DROP USER IF EXISTS ?@'%'", [name]);
  await connection.end();
});

const dumpOf = async (from: DumpSource) => {
  const sink = new PassThrough();
  const [file] = await Promise.all([buffer(sink), writeDump(from, sink, options)]);
  return file;
};

const dump = () => dumpOf(source);

const copy = async (file: Buffer, target: Partial<DumpSource> = {}) => {
  const database = target.database ?? `${name}_copy`;
  await connection.query(`DROP DATABASE IF EXISTS ${database}; CREATE DATABASE ${database}`);
  await loadDump(Readable.from([file]), { ...source, database, ...target }, options);
  return readContents(session, database);
};

describe('a dump', () => {
  it('gives the same tables, rows, triggers and routines in another database', async () => {
    const file = await dump();
    const written = await readContents(session, name);
    expect(differences(written, await copy(file))).toEqual([]);
    expect(written.tables.map(({ name: table, rows }) => [table, rows])).toEqual([
      ['children', 2],
      ['parents', 10_240],
    ]);
    expect(file.includes('children stay')).toBe(false); // sealed
    await expect(connection.query(`DELETE FROM ${name}_copy.children`)).rejects.toThrow('children stay');
  });

  it('is loaded by an ordinary user who owns one database and nothing else', async () => {
    await connection.query(`CREATE DATABASE ${name}_owned; SET GLOBAL log_bin_trust_function_creators = 1`);
    await connection.query("CREATE USER ?@'%' IDENTIFIED BY 'owner; \"of\" #one\\\\'", [name]);
    await connection.query(`GRANT ALL ON \`${name}\\_owned\`.* TO ?@'%'`, [name]);
    const target = { ...source, database: `${name}_owned`, user: name, password: 'owner; "of" #one\\' };
    await loadDump(Readable.from([await dump()]), target, options);
    expect(differences(await readContents(session, name), await readContents(session, `${name}_owned`))).toEqual([]);
  });

  it('with any bit flipped, or cut off anywhere, is refused with a sentence', async () => {
    // npm run flips:backups: 200 of them
    const small = `${name}_small`;
    await connection.query(`CREATE DATABASE ${small}; CREATE TABLE ${small}.v (id INT PRIMARY KEY, note TEXT)`);
    try {
      for (let number = 1; number <= Number(process.env.BACKUP_FLIPS ?? 4); number += 1) {
        await connection.query(`INSERT INTO ${small}.v VALUES (?, ?)`, [number, randomBytes(300).toString('hex')]);
        const file = await dumpOf({ ...source, database: small });
        const at = Math.floor(((number * 0.618034) % 1) * file.length); // spread over all of it
        const flipped = Buffer.from(file);
        flipped[at]! ^= 1 << (number % 8);
        for (const broken of [flipped, file.subarray(0, at)])
          await expect(copy(broken)).rejects.toMatchObject({
            code: 'backup_damaged',
            message: expect.stringMatching(/^The backup cannot be used: .+\.$/),
          });
        expect((await copy(file)).tables).toMatchObject([{ name: 'v', rows: number }]);
      }
    } finally {
      await connection.query(`DROP DATABASE ${small}`);
    }
  }, 600_000);

  it('that was cut off or changed is refused with a sentence', async () => {
    const file = await dump();
    const flipped = Buffer.from(file);
    flipped[file.length >> 1]! ^= 1;
    for (const broken of [
      file.subarray(0, file.length >> 1),
      file.subarray(0, -1),
      flipped,
      Buffer.from('no dump at all, but a text'),
    ])
      await expect(copy(broken)).rejects.toMatchObject({ code: 'backup_damaged' });
  });

  it('that cannot be loaded fails with the number of the error, and without what stands in it', async () => {
    const file = await dump();
    await connection.query(`DROP DATABASE IF EXISTS ${name}_copy; CREATE DATABASE ${name}_copy; USE ${name}_copy`);
    await connection.query('CREATE VIEW parents AS SELECT 1 AS id');
    const loading = loadDump(Readable.from([file]), { ...source, database: `${name}_copy` }, options);
    const error = await loading.then(
      () => undefined,
      (failure: Error) => failure,
    );
    expect(error?.message).toMatch(/failed: ERROR \d+ \(\w+\) at line \d+$/);
    await connection.query(`USE ${name}`);
  });

  it('tells what differs', async () => {
    const file = await dump();
    const written = await readContents(session, name);
    await copy(file);
    await connection.query(
      `UPDATE ${name}_copy.parents SET note = 'other' WHERE id = 1; INSERT INTO ${name}_copy.children VALUES (3, 1)`,
    );
    await connection.query(`DROP FUNCTION ${name}_copy.answer; CREATE TABLE ${name}_copy.more (id INT)`);
    expect(differences(written, await readContents(session, `${name}_copy`))).toEqual([
      'table children has 3 rows instead of 2',
      'rows of table parents differ',
      'table more is one too many',
      'triggers, views, routines or events differ',
    ]);
  });

  it('fails with what the program says, and leaves no process behind', async () => {
    const sink = new PassThrough();
    const nowhere = writeDump({ ...source, database: `${name}_none` }, sink.resume(), options);
    await expect(nowhere).rejects.toMatchObject({
      code: 'backup_program_failed',
      message: expect.stringContaining('_none'),
    });
    await expect(
      writeDump({ ...source, password: 'wrong' }, new PassThrough().resume(), options),
    ).rejects.toMatchObject({
      code: 'backup_program_failed',
      message: expect.not.stringContaining(server.password),
    });
    await expect(
      writeDump(source, new PassThrough().resume(), { ...options, programs: '/nowhere' }),
    ).rejects.toMatchObject({
      code: 'backup_program_missing',
    });
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const slow = new PassThrough({ highWaterMark: 1 }); // nobody reads it
    const writing = writeDump(source, slow, { ...options, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('lock lost')), 150);
    await expect(writing).rejects.toThrow('lock lost');
  });

  it('names no definer but those in the data', () => {
    const sql =
      '/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`%`*/ /*!50003 TRIGGER t SET x = "DEFINER=`a`@`b`" */;;\nCREATE DEFINER=`o``dd`@`1.2.3.4` FUNCTION f()';
    expect(loadableCode(sql)).toBe(
      '/*!50003 CREATE*/ /*!50003 TRIGGER t SET x = "DEFINER=`a`@`b`" */;;\nCREATE FUNCTION f()',
    );
  });
});

describe('the folder of dumps', () => {
  const root = mkdtempSync(join(tmpdir(), 'finvera-dumps-'));
  const folder = new DumpFolder(root);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const names = async () => {
    const found: string[] = [];
    for await (const file of folder.names()) found.push(file);
    return found.sort();
  };

  it('shows a file only when it is whole', async () => {
    const failing = folder.write('t/a', async (sink) => {
      sink.write('half');
      throw new Error('the server went away');
    });
    await expect(failing).rejects.toThrow('went away');
    expect(await names()).toEqual([]);
    const { bytes, sha256 } = await folder.write('t/a', async (sink) => {
      sink.end('whole');
    });
    expect([bytes, sha256.length, await folder.size('t/a')]).toEqual([5, 64, 5]);
    await folder.writeText('t/a.json', '{}');
    expect(await names()).toEqual(['t/a', 't/a.json']);
    await folder.remove('t/a');
    await folder.remove('t/a.json');
    await folder.remove('t/a.json');
    expect([await folder.size('t/a'), await names()]).toEqual([null, []]);
  });

  it('is left by no name', async () => {
    for (const bad of ['../x', 'x', '/etc/passwd', 'a/../../x', 'a/.hidden', 'a/b/c'])
      await expect(folder.remove(bad)).rejects.toThrow('no name of a backup file');
  });
});
