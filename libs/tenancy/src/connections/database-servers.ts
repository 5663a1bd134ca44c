import { withinDeadline } from '@finvera/common';
import type { BudgetMembership } from '../budget/budget-shares.js';
import type { TenantRecord } from '../directory/tenant-directory.js';
import { watchStatements } from '../observation/watch-statements.js';
import { ReplicaReads } from '../replica/replica-reads.js';
import type { TenancyLimits, TenancyOptions } from '../tenancy.options.js';
import { databaseUnavailable, directoryUnavailable } from './database-failure.js';
import { type OpenConnection, openConnection } from './open-connection.js';
import { RecentTenants } from './recent-tenants.js';
import { ServerBudget } from './server-budget.js';
import { ServerPool } from './server-pool.js';
import type { ServerPoolObserver, TenantShare } from './tenant-share.js';

/** A replica that does not answer soon is not worth waiting for: there is the primary. */
const REPLICA_CONNECT_TIMEOUT_MS = 1_000;
const REPLICA_ACQUIRE_MS = 500;
/** With the time to connect: so old may credentials be that somebody signs in with. */
const CREDENTIALS_MAX_MS = 2_000;

interface Server {
  pool: ServerPool<OpenConnection>;
  budget: ServerBudget;
  membership?: BudgetMembership;
  /** of a replica: what was read there, and what not */
  reads?: ReplicaReads;
}

interface Address {
  host: string;
  port: number;
}

/** The database servers that this process has to do with, each with its pool and its part of the server's connections. */
export class DatabaseServers {
  private readonly servers = new Map<string, Server>();
  /** of all servers: they share one event loop */
  private readonly recentTenants = new RecentTenants();

  constructor(
    private readonly options: TenancyOptions,
    private readonly limits: TenancyLimits,
  ) {}

  /** The tenant's part in its server's connections. */
  shareOf(record: TenantRecord): TenantShare<OpenConnection> {
    const server = this.server(record, this.limits);
    return server.pool.share(() => this.connect(record, record, server));
  }

  /** A record that was read again brings another budget of its server. */
  learnBudget(record: TenantRecord): void {
    const server = this.servers.get(serverName(record));
    if (!server || server.budget.configured === record.connectionBudget) return;
    server.budget.configured = record.connectionBudget;
    server.membership?.refresh();
  }

  /** The tenant's part in the connections to its server's replica; undefined when there is none. */
  replicaShareOf(record: TenantRecord): { share: TenantShare<OpenConnection>; reads: ReplicaReads } | undefined {
    const { replica } = record;
    if (!replica) return undefined;
    const server = this.server(replica, { ...this.limits, poolAcquireMs: REPLICA_ACQUIRE_MS });
    server.reads ??= new ReplicaReads();
    return { share: server.pool.share(() => this.connect(record, replica, server)), reads: server.reads };
  }

  stats() {
    return [...this.servers].map(([server, { pool, budget, membership, reads }]) => ({
      server,
      ...pool.stats(),
      shared_budget: (membership && budget.get()) ?? null,
      sharing_processes: membership?.processes ?? null,
      ...(reads && { replica: reads.stats() }),
    }));
  }

  close(): void {
    for (const { pool, membership } of this.servers.values()) {
      pool.close();
      membership?.leave();
    }
  }

  private async connect(record: TenantRecord, { host, port }: Address, server: Server): Promise<OpenConnection> {
    const { id, database } = record;
    // that nobody can say how to sign in says nothing of the server
    const { connectTimeoutMs, statementTimeoutMs } = this.limits;
    const lookup = withinDeadline(this.options.directory.credentials(id), CREDENTIALS_MAX_MS, directoryUnavailable);
    const credentials = await lookup.catch((cause: unknown) => {
      throw databaseUnavailable(1, cause);
    });
    const connection = await openConnection({
      host,
      port,
      database,
      statementTimeoutMs,
      connectTimeoutMs: server.reads ? REPLICA_CONNECT_TIMEOUT_MS : connectTimeoutMs,
      readOnly: server.reads !== undefined,
      ...credentials,
    });
    if (this.options.budgets) server.budget.learn(connection, () => server.membership?.refresh());
    return watchStatements(connection, id, this.options.observer);
  }

  private server(address: Address & { connectionBudget?: number | null }, limits: TenancyLimits): Server {
    const name = serverName(address);
    let server = this.servers.get(name);
    if (!server) {
      const { observer } = this.options;
      const told: ServerPoolObserver = {
        phase: observer?.phase?.bind(observer),
        waitEnded: (waitedMs, outcome) => observer?.waitEnded?.(name, waitedMs, outcome),
      };
      const pool = new ServerPool<OpenConnection>(limits, told, undefined, this.recentTenants);
      server = { pool, budget: new ServerBudget() };
      server.budget.configured = address.connectionBudget;
      server.membership = this.join(name, server);
      this.servers.set(name, server);
    }
    return server;
  }

  private join(name: string, { pool, budget }: Server): BudgetMembership | undefined {
    return this.options.budgets?.join(name, {
      cap: this.limits.serverConnectionBudget,
      budget: () => budget.get(),
      open: () => pool.openConnections,
      demand: () => pool.demand,
      setLimit: (connections) => pool.setBudget(connections),
    });
  }
}

export const serverName = ({ host, port }: Address) => `${host}:${port}`;
