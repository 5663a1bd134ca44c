import type { QueryRunner } from 'typeorm';
import { schemaScript } from './schema-script.js';

const migration = (timestamp: string, up: (queryRunner: QueryRunner) => Promise<unknown>) =>
  ({
    [`M${timestamp}`]: class {
      name = `M${timestamp}`;
      up = up as never;
      down = async () => undefined;
    },
  })[`M${timestamp}`]!;

describe('the script of a schema', () => {
  it('has the tables in order, a row for each migration, and the triggers that are there in the end', async () => {
    const script = await schemaScript({
      migrations: [
        migration('1700000000001', async (run) => {
          await run.query('CREATE TABLE a (id INT)');
          await run.query('CREATE TABLE b (id INT)');
          await run.query("CREATE TRIGGER a_kept BEFORE INSERT ON a FOR EACH ROW SET @x = 'ON b'");
          await run.query('CREATE TRIGGER a_gone BEFORE UPDATE ON a FOR EACH ROW SET @x = 1');
          await run.query('CREATE TRIGGER b_gone BEFORE UPDATE ON b FOR EACH ROW SET @x = 1');
        }),
        migration('1700000000002', async (run) => {
          await run.query('DROP TRIGGER IF EXISTS a_gone');
          await run.query('DROP TABLE `b`');
          await run.query('ALTER TABLE a ADD x INT');
        }),
      ],
    });
    expect(script!.tables.slice(1)).toEqual([
      'CREATE TABLE a (id INT)',
      'CREATE TABLE b (id INT)',
      "INSERT INTO migrations (timestamp, name) VALUES (1700000000001, 'M1700000000001')",
      'DROP TABLE `b`',
      'ALTER TABLE a ADD x INT',
      "INSERT INTO migrations (timestamp, name) VALUES (1700000000002, 'M1700000000002')",
    ]);
    expect(script!.triggers).toEqual(["CREATE TRIGGER a_kept BEFORE INSERT ON a FOR EACH ROW SET @x = 'ON b'"]);
  });

  it.each<[string, (queryRunner: QueryRunner) => Promise<unknown>]>([
    ['reads', (run) => run.query('SELECT 1')],
    ['sends values', (run) => run.query('INSERT INTO a VALUES (?)', [1])],
    ['makes a view', (run) => run.query('CREATE VIEW v AS SELECT 1')],
    ['uses more of the query runner', (run) => run.hasTable('a')],
  ])('there is none when a migration %s: it has to run itself', async (_what, up) => {
    expect(await schemaScript({ migrations: [migration('1700000000001', up)] })).toBeNull();
  });

  it('a migration that fails is not taken for one that has to run itself', async () => {
    const failing = migration('1700000000001', async () => {
      throw new Error('broken');
    });
    await expect(schemaScript({ migrations: [failing] })).rejects.toThrow('broken');
  });
});
