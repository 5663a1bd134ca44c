import type { Connection } from 'mysql2';
import { randomBytes } from 'node:crypto';
import type { Checkout, TenantShare } from '../connections/tenant-share.js';
import { TenantDataSource } from '../data-source/tenant-data-source.js';
import { TenantTemplate } from '../data-source/tenant-template.js';
import { connectTo, createTestDatabase, dropTestDatabase, send, type TestTenantOptions } from './test-server.js';

export interface ReusedTenant {
  database: string;
  /** The same through all tests: hand it to what is tested, or provide it as TENANT_DATA_SOURCE. */
  dataSource: TenantDataSource;
  /** Before each test. */
  begin(): Promise<void>;
  /** After each test: the database is as it was at `begin`. DDL commits in MySQL and is not taken back. */
  rollBack(): Promise<void>;
  /** Drops the database. */
  close(): Promise<void>;
}

/** What a second connection is waited for before the test is told so. */
const SECOND_CONNECTION_MS = 2_000;

/**
 * The fast base: one database for a whole test file, each test in a transaction that is rolled back. There is one
 * connection: what asks for a second one while it holds the first, as a transaction must never do, fails with a sentence;
 * what runs side by side is done one after the other. Transactions of the code become savepoints.
 */
export async function givenReusedTenant(options: TestTenantOptions): Promise<ReusedTenant> {
  const { server, entities } = options;
  const database = `test_tenant_${randomBytes(6).toString('hex')}`;
  await createTestDatabase(options, database);
  const connection = await connectTo(server, database);
  const template = await TenantTemplate.build(entities);
  const share = new OneConnection(withSavepoints(connection)) as unknown as TenantShare<Connection>;
  return {
    database,
    dataSource: TenantDataSource.open(template, database, database, share),
    begin: async () => void (await send(connection, 'START TRANSACTION')),
    rollBack: async () => void (await send(connection, 'ROLLBACK')),
    close: async () => {
      connection.destroy();
      await dropTestDatabase(server, database);
    },
  };
}

/** Hands the one connection out to one at a time, in the order of asking. */
class OneConnection {
  private free: Promise<void> = Promise.resolve();

  constructor(private readonly connection: Connection) {}

  async acquire(): Promise<Checkout<Connection>> {
    const before = this.free;
    let release!: () => void;
    this.free = new Promise((resolve) => {
      release = resolve;
    });
    try {
      await inTime(before);
    } catch (error) {
      void before.then(release); // whoever asked later goes on when the holder is done
      throw error;
    }
    return { connection: this.connection, release };
  }

  close(): void {}

  stats() {
    return { open: 1, idle: 0, waiting: 0 };
  }
}

async function inTime(free: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Error(
            'A second connection was asked for while the first is held, perhaps inside a transaction of its own.',
          ),
        ),
      SECOND_CONNECTION_MS,
    );
  });
  await Promise.race([free, late]).finally(() => clearTimeout(timer));
}

/** The connection, with the beginning and end of transactions turned into a savepoint within the test's own. */
function withSavepoints(connection: Connection): Connection {
  const inside: Record<string, string> = {
    'START TRANSACTION': 'SAVEPOINT of_the_test',
    COMMIT: 'RELEASE SAVEPOINT of_the_test',
    ROLLBACK: 'ROLLBACK TO SAVEPOINT of_the_test',
  };
  const query = ({ sql, ...rest }: { sql: string }, settle: never) =>
    connection.query({ ...rest, sql: inside[sql] ?? sql }, settle);
  return Object.assign(Object.create(connection) as Connection, { query });
}
