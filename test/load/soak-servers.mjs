import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { startMariadb } from '../../scripts/lib/mariadb.mjs';
import { startRedis } from '../../scripts/lib/redis.mjs';
import { SecretBox } from '../../dist/libs/common/src/index.js';
import { NARRATIONS } from './traffic.mjs';

/** What a commit writes outlives the process, if not a power cut: kills are what is tested here. */
const SURVIVES_SIGKILL = ['--innodb-flush-log-at-trx-commit=2'];

/** Two MariaDBs, of which the first holds the master database as well, and a Redis; each can be killed and revived. */
export async function startServers(folder) {
  const databases = await Promise.all(['a', 'b'].map((name, index) => startDatabase(join(folder, name), index + 1)));
  const redis = await startRedisIn(join(folder, 'redis'));
  const locations = new Map();
  const query = async ({ address }, sql, parameters) => {
    const connection = await createConnection(address);
    try {
      return (await connection.query(sql, parameters))[0];
    } finally {
      await connection.end();
    }
  };
  return {
    databases,
    redis,
    /** Makes the second one known to the platform. */
    async addSecondServer({ MASTER_DB_NAME, ENCRYPTION_KEY }) {
      const { host, port, user, password } = databases[1].address;
      const secret = await new SecretBox(ENCRYPTION_KEY).encrypt(password);
      const id = '00000000-0000-7000-8000-000000000002';
      await query(databases[0], `INSERT INTO ??.database_servers SET ?`, [MASTER_DB_NAME, { id, name: 'second', host, port, admin_user: user, admin_password: secret }]); // biome-ignore format: one call
    },
    /** Whether the first server takes new companies, beside the second. */
    takeNewCompanies: ({ MASTER_DB_NAME }, { first }) =>
      query(databases[0], 'UPDATE ??.database_servers SET status = ? WHERE is_default = 1', [
        MASTER_DB_NAME,
        first ? 'active' : 'draining',
      ]),
    /** Notes on which server each company is. */
    async locate(companies) {
      const rows = await query(databases[0], 'SELECT id, db_port FROM finvera_master.tenant_master');
      for (const { id, db_port } of rows)
        locations.set(
          id,
          databases.find(({ address }) => address.port === db_port),
        );
      for (const database of databases)
        if (!companies.some(({ id }) => locations.get(id) === database))
          throw new Error(`no company is on the server ${database.name}`);
    },
    /** Names of the servers that a company's requests need. */
    neededBy: ({ id }) => [databases[0].name, locations.get(id).name],
    serverOf: ({ id }) => locations.get(id).name,
    narrationsOf: (company) => query(locations.get(company.id), NARRATIONS, [company.dbName]),
    /** Connections that others than this program hold. */
    async connections() {
      const counts = {};
      for (const database of databases) {
        const [{ held }] = await query(
          database,
          "SELECT COUNT(*) AS held FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND command <> 'Daemon'",
        );
        counts[`connections_${database.name}`] = Number(held);
      }
      const client = new Redis(redis.url);
      try {
        const [, held] = /connected_clients:(\d+)/.exec(await client.info('clients'));
        return { ...counts, connections_redis: Number(held) - 1 };
      } finally {
        client.disconnect();
      }
    },
  };
}

async function startDatabase(dir, serverId) {
  const options = { dir, serverId, fast: true, extraArgs: SURVIVES_SIGKILL };
  let server = await startMariadb(options);
  const { host, port, user, password } = server;
  return {
    name: `mariadb_${serverId}`,
    address: { host, port, user, password },
    kill: () => server.kill(),
    async revive() {
      server = await startMariadb({ ...options, port });
    },
  };
}

async function startRedisIn(dir) {
  let server = await startRedis({ dir, fast: true });
  const { port, url } = server;
  return {
    name: 'redis',
    url,
    kill: () => server.kill(),
    async revive() {
      server = await startRedis({ dir, port, fast: true });
    },
  };
}
