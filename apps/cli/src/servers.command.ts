import { malformed, PAGE_LIMIT_MAX, validationPipe } from '@finvera/common';
import {
  AddServer,
  AddServerDto,
  ChangeServer,
  ReadServers,
  type ServerDto,
  UpdateServerDto,
} from '@finvera/provisioning';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { cliActor } from './cli-actor.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

interface ServerOptions {
  placementClass?: string;
  maxTenants?: number;
  status?: string;
  connectionBudget?: number | null;
  replica?: { host: string; port: number } | null;
  json?: boolean;
}

/** Options that `add` and `set` share. */
abstract class ServerCommand extends CommandRunner {
  @Option({ flags: '--placement-class <class>', description: 'premium, standard or trial' })
  placementClass(text: string): string {
    return text;
  }

  @Option({ flags: '--max-tenants <number>', description: 'companies that may be placed there' })
  maxTenants(text: string): number {
    return Number(text);
  }

  @Option({ flags: '--status <status>', description: 'active, draining (no new companies) or retired' })
  status(text: string): string {
    return text;
  }

  @Option({ flags: '--connection-budget <number>', description: 'connections of all processes together, or auto' })
  connectionBudget(text: string): number | null {
    return text === 'auto' ? null : Number(text);
  }

  @Option({ flags: '--replica <host:port>', description: 'a replica that reports are read from, or none' })
  replica(text: string): { host: string; port: number } | null {
    if (text === 'none') return null;
    const [, host, port] = /^(.+):(\d+)$/.exec(text) ?? [];
    if (!host) throw malformed('--replica must be host:port, or none');
    return { host, port: Number(port) };
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({ name: 'list', description: 'list database servers' })
export class ServersListCommand extends CommandRunner {
  async run(_: string[], { json }: { json?: boolean }): Promise<void> {
    const { servers } = await withPlatform((platform) =>
      platform.get(ReadServers).list({ page: 1, limit: PAGE_LIMIT_MAX }),
    );
    print(json ? servers : servers.map(rowOf), json);
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'add',
  arguments: '<name> <host:port> <admin-user>',
  description: 'make a database server known; its password is read from DB_ADMIN_PASSWORD',
})
export class ServersAddCommand extends ServerCommand {
  async run([name, address, admin_user]: string[], options: ServerOptions): Promise<void> {
    const at = this.replica(address!);
    if (!at) throw malformed('Name the server’s host and port.');
    const body = await checked(AddServerDto, {
      ...fieldsOf(options),
      ...at,
      name,
      admin_user,
      admin_password: process.env.DB_ADMIN_PASSWORD ?? '',
    });
    const server = await withPlatform(async (platform) => {
      const id = await platform.get(AddServer).add(body, cliActor('servers add'));
      return platform.get(ReadServers).one(id);
    });
    print([options.json ? server : rowOf(server)], options.json);
  }
}

@SubCommand({
  name: 'set',
  arguments: '<server>',
  argsDescription: { server: 'id or name' },
  description: 'change a database server; all processes act by it within five seconds',
})
export class ServersSetCommand extends ServerCommand {
  async run([name]: string[], options: ServerOptions): Promise<void> {
    const body = await checked(UpdateServerDto, fieldsOf(options));
    const server = await withPlatform(async (platform) => {
      const { id } = await platform.get(ReadServers).named(name!);
      await platform.get(ChangeServer).change(id, body, cliActor('servers set'));
      return platform.get(ReadServers).one(id);
    });
    print([options.json ? server : rowOf(server)], options.json);
  }
}

@Command({
  name: 'servers',
  description: 'database servers that hold companies',
  subCommands: [ServersListCommand, ServersAddCommand, ServersSetCommand],
})
export class ServersCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const SERVERS_COMMANDS = [ServersCommand, ServersListCommand, ServersAddCommand, ServersSetCommand];

const fieldsOf = ({ placementClass, maxTenants, status, connectionBudget, replica }: ServerOptions) =>
  Object.fromEntries(
    Object.entries({
      placement_class: placementClass,
      max_tenants: maxTenants,
      status,
      connection_budget: connectionBudget,
      replica,
    }).filter(([, value]) => value !== undefined),
  );

/** @throws DomainError as the route does */
const checked = async <T>(Body: new () => T, fields: object): Promise<T> =>
  (await validationPipe().transform(fields, { type: 'body', metatype: Body })) as T;

const rowOf = (server: ServerDto) => ({
  id: server.id,
  name: server.name,
  address: `${server.host}:${server.port}`,
  class: server.placement_class,
  status: server.status,
  tenants: `${server.tenants}/${server.max_tenants}`,
  budget: server.connection_budget ?? 'auto',
  replica: server.replica ? `${server.replica.host}:${server.replica.port}` : 'none',
});
