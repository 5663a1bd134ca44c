import { SecretBox } from '@finvera/common';
import { DatabaseServer } from '@finvera/master-data';
import { openConnection } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Connection } from 'mysql2';
import type { Repository } from 'typeorm';

const CONNECT_TIMEOUT_MS = 3_000;

/** A connection with the server's administrative user, ended by the caller through `ServerConnections.use`. */
export interface ServerSession {
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
}

/** Where a server is, and its administrative user. */
interface ServerTarget {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** Administrative connections to database servers. Opened for a piece of work and ended with it. */
@Injectable()
export class ServerConnections {
  /** One for each server. */
  private readonly passwords = new Map<string, { encrypted: string; password: string }>();

  constructor(
    @InjectRepository(DatabaseServer) private readonly servers: Repository<DatabaseServer>,
    private readonly secrets: SecretBox,
  ) {}

  /** @param options.scripts whether a query may be several statements, all of them constant SQL */
  async use<T>(
    serverId: string,
    work: (session: ServerSession) => Promise<T>,
    options: { scripts?: boolean } = {},
  ): Promise<T> {
    return withServer(await this.target(serverId), work, options);
  }

  /** Address and administrative credentials of a server. */
  async target(serverId: string): Promise<ServerTarget> {
    const server = await this.servers.findOneByOrFail({ id: serverId });
    return {
      host: server.host,
      port: server.port,
      user: server.adminUser,
      password: await this.passwordOf(server),
    };
  }

  /** Decrypted once for each value that is stored. */
  private async passwordOf({ id, adminPassword: encrypted }: DatabaseServer): Promise<string> {
    const known = this.passwords.get(id);
    if (known?.encrypted === encrypted) return known.password;
    const password = await this.secrets.decrypt(encrypted);
    this.passwords.set(id, { encrypted, password });
    return password;
  }
}

/** As `ServerConnections.use`, for a server that no record stands for. */
export async function withServer<T>(
  server: ServerTarget,
  work: (session: ServerSession) => Promise<T>,
  { scripts = false }: { scripts?: boolean } = {},
): Promise<T> {
  const connection = await openConnection({
    ...server,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    multipleStatements: scripts,
  });
  try {
    return await work({ query: (sql, parameters) => query(connection, sql, parameters) });
  } finally {
    connection.destroy();
  }
}

const query = <Row>(connection: Connection, sql: string, parameters: unknown[] = []): Promise<Row[]> =>
  new Promise((resolve, reject) =>
    connection.query(sql, parameters, (error, rows) => (error ? reject(error) : resolve(rows as Row[]))),
  );
