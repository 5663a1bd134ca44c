import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { Caller, call } from './http.js';
import { AppProcess, freePort, until } from './process.js';
import { unlistedSecrets } from './unlisted-secrets.js';

export interface DatabaseAddress {
  host: string;
  port: number;
  user: string;
  password: string;
}

export interface PlatformOptions {
  env?: Record<string, string>;
  /** how many API processes; the first is `platform.port` */
  apis?: number;
  worker?: boolean;
  database?: DatabaseAddress;
}

export interface GivenTenant {
  id: string;
  subdomain: string;
  dbName: string;
  email: string;
  password: string;
  /** calls of its administrator on its own host */
  user: Caller;
}

export const ADMIN = { email: 'admin@finvera.test', password: 'platform password' };
const READY_MS = 50_000;
const running = new Set<Platform>();

afterAll(async () => {
  for (const platform of running) await platform.stop();
});

/** The MariaDB that `npm test` started. */
export function testDatabase(): DatabaseAddress {
  const { TEST_DB_HOST, TEST_DB_PORT, TEST_DB_USER, TEST_DB_PASSWORD } = process.env;
  if (!TEST_DB_HOST) throw new Error('run the tests with `npm test`, which starts a MariaDB and a Redis for them');
  return { host: TEST_DB_HOST, port: Number(TEST_DB_PORT), user: TEST_DB_USER!, password: TEST_DB_PASSWORD! };
}

/** A platform of its own: master database, API processes, worker. Ends itself after the test file. */
export class Platform {
  readonly apis: AppProcess[] = [];
  worker?: AppProcess;
  admin!: Caller;
  readonly tenants: GivenTenant[] = [];

  private constructor(
    /** what processes started from now on get */
    readonly env: Record<string, string>,
    readonly ports: number[],
    readonly database: DatabaseAddress,
  ) {}

  get port(): number {
    return this.ports[0]!;
  }

  static async start({
    env = {},
    apis = 1,
    worker = true,
    database = testDatabase(),
  }: PlatformOptions = {}): Promise<Platform> {
    const name = `finvera_t${randomBytes(4).toString('hex')}`;
    const settings = {
      MASTER_DB_HOST: database.host,
      MASTER_DB_PORT: String(database.port),
      MASTER_DB_USER: database.user,
      MASTER_DB_PASSWORD: database.password,
      MASTER_DB_NAME: `${name}_master`,
      REDIS_URL: process.env.TEST_REDIS_URL!,
      ENCRYPTION_KEY: 'an encryption key for tests, 32 or more',
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      LOG_FILE: '',
      WORKER_LOG_FILE: '',
      HOST: '127.0.0.1',
      WARM_DATABASES_PER_SERVER: '0', // they would be made beside every test
      ARCHIVE_DIR: join(tmpdir(), `${name}_archives`),
      OBJECT_STORE_DIR: join(tmpdir(), `${name}_files`),
      ...env,
    };
    const ports = await Promise.all(Array.from({ length: apis }, () => freePort()));
    const { host, port, user, password } = database;
    const platform = new Platform(settings, ports, { host, port, user, password });
    running.add(platform);
    await platform.cli('init-master');
    for (const index of ports.keys()) platform.startApi(index);
    if (worker) platform.startWorker();
    for (const index of ports.keys()) await platform.untilReady(index);
    await platform.signIn();
    return platform;
  }

  startApi(index = 0): AppProcess {
    const api = new AppProcess('api', { ...this.env, PORT: String(this.ports[index]) });
    this.apis[index] = api;
    return api;
  }

  startWorker(): AppProcess {
    this.worker = new AppProcess('worker', this.env);
    return this.worker;
  }

  async untilReady(index = 0): Promise<void> {
    await until(
      () =>
        call(this.ports[index]!, '/api/health/ready').then(
          ({ status }) => status === 200,
          () => false,
        ),
      `API ${index} ready\n${this.apis[index]?.output.slice(-2_000)}`,
      READY_MS,
    );
  }

  async signIn(): Promise<void> {
    const { body } = await call(this.port, '/api/admin/auth/login', { method: 'POST', json: ADMIN });
    this.admin = new Caller(this.port, body.data.token);
  }

  /** Restarts an API with the settings of this moment. */
  async restartApi(index = 0): Promise<void> {
    await this.apis[index]!.stop();
    this.startApi(index);
    await this.untilReady(index);
  }

  async restartWorker(): Promise<void> {
    await this.worker?.stop();
    this.startWorker();
  }

  /** A command under way. */
  startCli(...args: string[]): AppProcess {
    return new AppProcess('cli', this.env, args);
  }

  async cli(...args: string[]): Promise<string> {
    const command = this.startCli(...args);
    const { code } = await command.ended;
    if (code !== 0) throw new Error(`finvera ${args.join(' ')}: exit code ${code}\n${command.output}`);
    return command.output;
  }

  /** A company with an administrator who is signed in on its host. */
  async givenTenant(subdomain = `t${randomBytes(5).toString('hex')}`): Promise<GivenTenant> {
    const email = `admin@${subdomain}.example.com`;
    const password = 'a company password';
    const { status, body, text } = await this.admin.post('/api/admin/tenants', {
      company_name: `Company ${subdomain}`,
      subdomain,
      email,
      phone: '1234567890',
      subscription_plan: 'standard',
      admin_password: password,
    });
    if (status !== 201) throw new Error(`creating ${subdomain}: ${status} ${text}`);
    const { id, db_name: dbName } = body.data.tenant;
    const host = `${subdomain}.localhost:${this.port}`;
    const signedIn = await call(this.port, '/api/auth/login', { method: 'POST', host, json: { email, password } });
    if (signedIn.status !== 200) throw new Error(`signing in to ${subdomain}: ${signedIn.status} ${signedIn.text}`);
    const tenant = {
      id,
      subdomain,
      dbName,
      email,
      password,
      user: new Caller(this.port, signedIn.body.data.token, host),
    };
    this.tenants.push(tenant);
    return tenant;
  }

  /** Makes another database server known; from now on companies are placed there alone. @returns its id */
  async addServer(name: string, { host, port, user, password }: DatabaseAddress): Promise<string> {
    const server = { name, host, port, admin_user: user, admin_password: password };
    const { status, body, text } = await this.admin.post('/api/admin/servers', server);
    if (status !== 201) throw new Error(`adding the server ${name}: ${status} ${text}`);
    const { servers } = (await this.admin.get('/api/admin/servers')).body.data;
    for (const { id } of servers)
      if (id !== body.data.server.id) await this.admin.put(`/api/admin/servers/${id}`, { status: 'draining' });
    return body.data.server.id;
  }

  /** Plain SQL, as any client could send it. */
  async sql<Row = Record<string, unknown>>(
    statement: string,
    parameters: unknown[] = [],
    database = this.env.MASTER_DB_NAME,
  ): Promise<Row[]> {
    const connection = await this.connect(database);
    try {
      const [rows] = await connection.query<RowDataPacket[]>(statement, parameters);
      return rows as Row[];
    } finally {
      await connection.end();
    }
  }

  connect(database = this.env.MASTER_DB_NAME): Promise<Connection> {
    return createConnection({
      ...this.database,
      database,
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
    });
  }

  /** Ends the processes and drops every database of this platform. */
  async stop(): Promise<void> {
    running.delete(this);
    await Promise.all([...this.apis, this.worker].map((app) => app?.stop()));
    for (const folder of [this.env.ARCHIVE_DIR!, this.env.OBJECT_STORE_DIR!])
      rmSync(folder, { recursive: true, force: true });
    const connection = await createConnection(this.database);
    const unlisted = await unlistedSecrets(connection, this.env.MASTER_DB_NAME!);
    const [rows] = await connection
      .query<RowDataPacket[]>('SELECT db_name, db_user, next_db_user FROM ??.tenant_master', [this.env.MASTER_DB_NAME])
      .catch(() => [[]]);
    for (const { db_name, ...users } of rows as Record<string, string | null>[]) {
      await connection.query('DROP DATABASE IF EXISTS ??', [db_name]);
      for (const user of Object.values(users)) if (user) await connection.query("DROP USER IF EXISTS ?@'%'", [user]);
    }
    const [warm] = await connection
      .query<RowDataPacket[]>('SELECT db_name FROM ??.warm_databases', [this.env.MASTER_DB_NAME])
      .catch(() => [[]]);
    for (const { db_name } of warm as { db_name: string }[])
      await connection.query('DROP DATABASE IF EXISTS ??', [db_name]);
    const [previous] = await connection
      .query<RowDataPacket[]>('SELECT db_name FROM ??.previous_databases', [this.env.MASTER_DB_NAME])
      .catch(() => [[]]);
    for (const { db_name } of previous as { db_name: string }[])
      await connection.query('DROP DATABASE IF EXISTS ??', [db_name]);
    await connection.query('DROP DATABASE IF EXISTS ??', [this.env.MASTER_DB_NAME]);
    await connection.end();
    if (unlisted.length > 0)
      throw new Error(
        `encrypted, but not in ENCRYPTED_COLUMNS, so that a change of keys would miss it: ${unlisted.join(', ')}`,
      );
  }
}

export const givenPlatform = (options?: PlatformOptions): Promise<Platform> => Platform.start(options);
