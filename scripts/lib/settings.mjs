import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startMariadb } from './mariadb.mjs';
import { HOME } from './paths.mjs';
import { startRedis } from './redis.mjs';
import { given } from './runtime.mjs';
import { Stop, step } from './say.mjs';
import { keep, randomSecret } from './secrets.mjs';

export const MARIADB_DIR = join(HOME, 'mariadb');
export const REDIS_DIR = join(HOME, 'redis');

/** The application's own defaults, said aloud so that `npm run env` is complete. */
const DEFAULTS = {
  PORT: '3000',
  HOST: 'localhost',
  BASE_DOMAIN: 'localhost',
  MASTER_DB_NAME: 'finvera_master',
  MAX_TENANT_CONNECTIONS: '50',
  USE_SEPARATE_DB_USERS: 'false',
  LOG_FILE: 'logs/app.log',
  WORKER_LOG_FILE: 'logs/worker.log',
  ARCHIVE_DIR: join(HOME, 'archives'),
  MAIL_FOLDER: join(HOME, 'mails'),
  OBJECT_STORE_DIR: join(HOME, 'files'),
  LOG_LEVEL: 'info',
  ADMIN_EMAIL: 'admin@finvera.local',
};

/** Which servers must be private ones, and what archives need beside. @returns {('mariadbd' | 'redis-server' | 'backups')[]} */
export const privateServers = () => [
  ...(given('MASTER_DB_HOST') ? [] : ['mariadbd', 'backups']),
  ...(given('REDIS_URL') ? [] : ['redis-server']),
];

/** What needs no server yet. @throws {Stop} on a PORT that is none */
export function plainSettings() {
  const settings = Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, standard]) => [name, given(name) ?? standard]),
  );
  const port = Number(settings.PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Stop(`PORT ${settings.PORT} is not a port: a whole number from 1 to 65535.`);
  return { ...settings, API_URL: `http://${hostForPeople(settings.HOST)}:${port}` };
}

const hostForPeople = (host) => {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};

/**
 * Fills `settings` with database, Redis and secrets: those given, or private ones that are started here.
 * @param {Record<string, string>} settings
 * @param {<R>(name: 'MARIADB' | 'REDIS', start: () => Promise<R>) => Promise<R>} begin starts a server, and may keep it running
 */
export async function addServers(settings, begin) {
  mkdirSync(HOME, { recursive: true, mode: 0o700 });
  if (given('MASTER_DB_HOST')) addGivenDatabase(settings);
  else await addPrivateDatabase(settings, begin);
  if (given('REDIS_URL')) settings.REDIS_URL = given('REDIS_URL');
  else {
    const start = () => startRedis({ dir: REDIS_DIR, port: settings.REDIS_PORT && Number(settings.REDIS_PORT) });
    const { url, port } = await step('private Redis started', () => begin('REDIS', start));
    Object.assign(settings, { REDIS_URL: url, REDIS_PORT: String(port) });
  }
  settings.ADMIN_PASSWORD = given('ADMIN_PASSWORD') ?? keep(join(HOME, 'admin-password'), randomSecret);
}

/** Its secrets are its owner's: one made up here would lock the next start out. The application says what is missing. */
function addGivenDatabase(settings) {
  settings.MASTER_DB_HOST = given('MASTER_DB_HOST');
  settings.MASTER_DB_PORT = given('MASTER_DB_PORT') ?? '3306';
  settings.MASTER_DB_USER = given('MASTER_DB_USER') ?? 'root';
  settings.MASTER_DB_PASSWORD = given('MASTER_DB_PASSWORD') ?? '';
  for (const name of ['ENCRYPTION_KEY', 'JWT_SECRET']) if (given(name)) settings[name] = given(name);
}

async function addPrivateDatabase(settings, begin) {
  // started again on the same port: others know it by now
  const start = () =>
    startMariadb({ dir: MARIADB_DIR, port: settings.MASTER_DB_PORT && Number(settings.MASTER_DB_PORT) });
  const isFirst = !existsSync(join(MARIADB_DIR, 'data'));
  const db = await step(`private MariaDB ${isFirst ? 'made and ' : ''}started`, () => begin('MARIADB', start));
  Object.assign(settings, {
    MASTER_DB_HOST: db.host,
    MASTER_DB_PORT: String(db.port),
    MASTER_DB_USER: db.user,
    MASTER_DB_PASSWORD: db.password,
    MARIADB_SOCKET: db.socket,
    ENCRYPTION_KEY: given('ENCRYPTION_KEY') ?? keep(join(HOME, 'encryption-key'), randomSecret),
    JWT_SECRET: given('JWT_SECRET') ?? keep(join(HOME, 'jwt-secret'), randomSecret),
  });
}
