import { malformed, ReplayDto } from '@finvera/common';
import {
  AddEndpointDto,
  ChangeEndpoints,
  FindWebhooks,
  ListDeliveriesQuery,
  ReplayDeliveries,
  TestEndpoint,
  toDeliveryDto,
  toEndpointDto,
  type WebhookDeliveryDto,
  type WebhookEndpointDto,
} from '@finvera/master-data';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { checked } from './checked.js';
import { cliActor } from './cli-actor.js';
import { confirm } from './confirm.js';
import { EXIT_FOUND } from './exit-codes.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand } from './printing-command.js';

const LIMIT = 500;
const ENDPOINT = { arguments: '<endpoint>', argsDescription: { endpoint: 'id' } };

const endpointRow = (endpoint: WebhookEndpointDto) => ({
  id: endpoint.id,
  url: endpoint.url,
  events: endpoint.event_types.join(', '),
  status: endpoint.status,
  failing_since: endpoint.failing_since ?? '',
  reason: endpoint.disabled_reason ?? '',
});

@SubCommand({ name: 'list', description: 'endpoints that are told of events' })
export class WebhooksListCommand extends PrintingCommand {
  async run(_: string[], { json }: { json?: boolean }): Promise<void> {
    const { endpoints } = await withPlatform((platform) =>
      platform.get(FindWebhooks).endpoints({ page: 1, limit: LIMIT }),
    );
    const dtos = endpoints.map(toEndpointDto);
    print(json ? dtos : dtos.map(endpointRow), json);
  }
}

@SubCommand({
  name: 'add',
  arguments: '<url>',
  description: 'tell an address of events from now on; prints the secret that verifies signatures, this once',
})
export class WebhooksAddCommand extends PrintingCommand {
  async run(
    [url]: string[],
    { events, description, json }: { events?: string[]; description?: string; json?: boolean },
  ): Promise<void> {
    const body = await checked(AddEndpointDto, { url, event_types: events ?? ['*'], description });
    const { endpoint, secret } = await withPlatform((platform) =>
      platform.get(ChangeEndpoints).add(body, cliActor('webhooks add')),
    );
    const dto = toEndpointDto(endpoint);
    print([json ? { ...dto, secret } : { ...endpointRow(dto), secret }], json);
  }

  @Option({ flags: '--events <list>', description: 'such as "tenant.*,operation.failed"; all when left away' })
  events(list: string): string[] {
    return list.split(',').map((type) => type.trim());
  }

  @Option({ flags: '--description <text>', description: 'for people' })
  description(text: string): string {
    return text;
  }
}

@SubCommand({ name: 'enable', ...ENDPOINT, description: 'tell an endpoint of events again, from now on' })
export class WebhooksEnableCommand extends PrintingCommand {
  async run([id]: string[], { json }: { json?: boolean }): Promise<void> {
    const endpoint = await withPlatform((platform) =>
      platform.get(ChangeEndpoints).change(id!, { status: 'enabled' }, cliActor('webhooks enable')),
    );
    print([json ? toEndpointDto(endpoint) : endpointRow(toEndpointDto(endpoint))], json);
  }
}

@SubCommand({ name: 'disable', ...ENDPOINT, description: 'tell an endpoint of nothing any more' })
export class WebhooksDisableCommand extends PrintingCommand {
  async run([id]: string[], { json }: { json?: boolean }): Promise<void> {
    const endpoint = await withPlatform((platform) =>
      platform.get(ChangeEndpoints).change(id!, { status: 'disabled' }, cliActor('webhooks disable')),
    );
    print([json ? toEndpointDto(endpoint) : endpointRow(toEndpointDto(endpoint))], json);
  }
}

@SubCommand({ name: 'remove', ...ENDPOINT, description: 'remove an endpoint with its deliveries' })
export class WebhooksRemoveCommand extends PrintingCommand {
  async run([id]: string[], { yes, json }: { yes?: boolean; json?: boolean }): Promise<void> {
    const { url } = await withPlatform(async (platform) => {
      const endpoint = await platform.get(FindWebhooks).endpoint(id!);
      await confirm(`Remove ${endpoint.url} with its deliveries?`, yes);
      await platform.get(ChangeEndpoints).remove(id!, cliActor('webhooks remove'));
      return endpoint;
    });
    print([{ id, url, removed: true }], json);
  }

  @Option({ flags: '-y, --yes', description: 'do not ask' })
  yes(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'rotate-secret',
  ...ENDPOINT,
  description: 'a new secret, printed this once; for 24 hours the former one signs as well',
})
export class WebhooksRotateCommand extends PrintingCommand {
  async run([id]: string[], { json }: { json?: boolean }): Promise<void> {
    const { endpoint, secret } = await withPlatform((platform) =>
      platform.get(ChangeEndpoints).rotateSecret(id!, cliActor('webhooks rotate-secret')),
    );
    print([{ id, former_secret_until: endpoint.formerSecretUntil?.toISOString(), secret }], json);
  }
}

@SubCommand({ name: 'test', ...ENDPOINT, description: 'send a test event now; exit code 2 when it did not arrive' })
export class WebhooksTestCommand extends PrintingCommand {
  async run([id]: string[], { json }: { json?: boolean }): Promise<void> {
    const result = await withPlatform((platform) => platform.get(TestEndpoint).run(id!));
    print([result], json);
    if (!result.delivered) process.exitCode = EXIT_FOUND;
  }
}

interface DeliveriesOptions {
  endpoint?: string;
  status?: string;
  event?: string;
  json?: boolean;
}

@SubCommand({ name: 'deliveries', description: 'what was sent, newest first; --status dead are the dead letters' })
export class WebhooksDeliveriesCommand extends PrintingCommand {
  async run(_: string[], { endpoint, status, event, json }: DeliveriesOptions): Promise<void> {
    const given = { limit: LIMIT, endpoint_id: endpoint, status, event_type: event };
    const query = await checked(ListDeliveriesQuery, given);
    const { deliveries, total } = await withPlatform((platform) => platform.get(FindWebhooks).deliveries(query));
    const dtos = deliveries.map(toDeliveryDto);
    print(json ? dtos : dtos.map(deliveryRow), json);
    if (total > dtos.length) process.stderr.write(`${total - dtos.length} more; narrow it down\n`);
  }

  @Option({ flags: '--endpoint <id>', description: 'to one endpoint' })
  endpoint(id: string): string {
    return id;
  }

  @Option({
    flags: '--status <status>',
    description: 'pending, delivered or dead',
    choices: ['pending', 'delivered', 'dead'],
  })
  status(status: string): string {
    return status;
  }

  @Option({ flags: '--event <type>', description: 'such as operation.failed' })
  event(type: string): string {
    return type;
  }
}

const deliveryRow = (delivery: WebhookDeliveryDto) => ({
  id: delivery.id,
  event: delivery.event_type,
  status: delivery.status,
  attempts: delivery.attempts,
  last: delivery.last_error ?? delivery.last_status ?? '',
  created_at: delivery.created_at,
});

@SubCommand({
  name: 'replay',
  arguments: '<id>',
  argsDescription: { id: 'of a delivery; of an endpoint with --since' },
  description: 'send a delivery again, or with --since what an endpoint missed since then (--all: everything)',
})
export class WebhooksReplayCommand extends PrintingCommand {
  async run([id]: string[], { since, all, json }: { since?: string; all?: boolean; json?: boolean }): Promise<void> {
    const actor = cliActor('webhooks replay');
    if (since === undefined) {
      if (all) throw malformed('--all goes with --since.');
      const delivery = await withPlatform((platform) => platform.get(ReplayDeliveries).one(id!, actor));
      print([json ? toDeliveryDto(delivery) : deliveryRow(toDeliveryDto(delivery))], json);
      return;
    }
    const body = await checked(ReplayDto, { since, which: all ? 'all' : undefined });
    print([await withPlatform((platform) => platform.get(ReplayDeliveries).since(id!, body, actor))], json);
  }

  @Option({ flags: '--since <instant>', description: 'events of this instant and later, from the audit log' })
  since(instant: string): string {
    return instant;
  }

  @Option({ flags: '--all', description: 'also what arrived' })
  all(): boolean {
    return true;
  }
}

const SUB_COMMANDS = [
  WebhooksListCommand,
  WebhooksAddCommand,
  WebhooksEnableCommand,
  WebhooksDisableCommand,
  WebhooksRemoveCommand,
  WebhooksRotateCommand,
  WebhooksTestCommand,
  WebhooksDeliveriesCommand,
  WebhooksReplayCommand,
];

@Command({ name: 'webhooks', description: 'who is told of events by HTTP', subCommands: SUB_COMMANDS })
export class WebhooksCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const WEBHOOKS_COMMANDS = [WebhooksCommand, ...SUB_COMMANDS];
