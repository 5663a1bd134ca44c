import type { Connection } from 'mysql2';
import { createServer } from 'node:net';
import { openConnection } from './open-connection.js';

const { TEST_DB_HOST: host, TEST_DB_PORT: port, TEST_DB_USER: user, TEST_DB_PASSWORD: password } = process.env;
const target = { host: host!, port: Number(port), user: user!, password: password!, connectTimeoutMs: 3_000 };

const query = (connection: Connection, sql: string): Promise<unknown> =>
  new Promise((resolve, reject) => connection.query(sql, (error, rows) => (error ? reject(error) : resolve(rows))));

describe('openConnection', () => {
  it('a statement that takes longer than it may is ended by the server, and the connection stays good', async () => {
    const connection = await openConnection({ ...target, statementTimeoutMs: 200 });
    const long =
      'SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c';
    const error = await query(connection, long).catch((thrown: { errno?: number }) => thrown.errno);
    expect([1969, 3024]).toContain(error);
    expect(await query(connection, "SELECT 'yes' AS good")).toEqual([{ good: 'yes' }]);
    connection.destroy();
  });

  it('broken off, the statement under way is answered at once', async () => {
    const connection = await openConnection(target);
    const sleeping = query(connection, 'SELECT SLEEP(30)');
    connection.breakOff(Object.assign(new Error('enough'), { code: 'ETIMEDOUT' }));
    await expect(sleeping).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(connection.isOpen()).toBe(false);
  });

  it('lost while nobody asks it anything, it ends no process; the next statement says so', async () => {
    const [connection, other] = await Promise.all([openConnection(target), openConnection(target)]);
    await query(other, `KILL ${Number(connection.threadId)}`);
    while (connection.isOpen()) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(query(connection, 'SELECT 1')).rejects.toThrow('closed state');
    other.destroy();
  });

  it('on a connection that is read only nothing is changed', async () => {
    const connection = await openConnection({ ...target, readOnly: true });
    await expect(query(connection, 'CREATE DATABASE must_not_be')).rejects.toMatchObject({ errno: 1792 });
    connection.destroy();
  });

  it('a server that takes the connection and says nothing is given up after the time for it', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address() as { port: number };
    const opening = openConnection({ ...target, host: '127.0.0.1', port: address.port, connectTimeoutMs: 200 });
    await expect(opening).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    silent.close();
  });
});
