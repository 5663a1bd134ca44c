import {
  FindTenants,
  ListOperationKinds,
  ListOperationsQuery,
  SteerOperation,
  toOperationDto,
} from '@finvera/provisioning';
import type { Operation } from '@finvera/master-data';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { checked } from './checked.js';
import { cliActor } from './cli-actor.js';
import { confirm } from './confirm.js';
import { followOperation } from './follow-operation.js';
import { print } from './output.js';
import { ListingCommand, type PageOptions } from './listing-command.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand, type PrintOptions } from './printing-command.js';

const OPERATION = { arguments: '<operation>', argsDescription: { operation: 'id' } };

interface ListOptions extends PageOptions {
  status?: string;
  kind?: string;
  company?: string;
}

@SubCommand({ name: 'list', description: 'list operations, newest first' })
export class OperationsListCommand extends ListingCommand {
  async run(_: string[], options: ListOptions): Promise<void> {
    const { status, kind, company, page, limit } = options;
    const { operations, total } = await withPlatform(async (platform) => {
      const of_tenant = company && (await platform.get(FindTenants).named(company)).id;
      const query = await checked(ListOperationsQuery, { status, kind, of_tenant, page, limit });
      return platform.get(SteerOperation).list(query);
    });
    print(options.json ? operations.map(toOperationDto) : operations.map(operationRow), options.json);
    this.sayMore(total, operations.length, options);
  }

  @Option({ flags: '--status <status>', description: 'queued, running, undoing, succeeded, failed or undone' })
  status(text: string): string {
    return text;
  }

  @Option({ flags: '--kind <kind>', description: 'as `operations kinds` shows it' })
  kind(text: string): string {
    return text;
  }

  @Option({ flags: '--company <company>', description: 'id or subdomain' })
  company(text: string): string {
    return text;
  }
}

@SubCommand({ name: 'show', ...OPERATION, description: 'show an operation, with its error' })
export class OperationsShowCommand extends PrintingCommand {
  async run([id]: string[], { json }: PrintOptions): Promise<void> {
    const operation = await withPlatform((platform) => platform.get(SteerOperation).one(id!));
    print([json ? toOperationDto(operation) : operationRow(operation)], json);
  }
}

@SubCommand({
  name: 'watch',
  ...OPERATION,
  description: 'show an operation’s steps until it has ended; exit code 1 when it did not succeed',
})
export class OperationsWatchCommand extends PrintingCommand {
  async run([id]: string[], { json }: PrintOptions): Promise<void> {
    const operation = await withPlatform(async (platform) =>
      followOperation(platform, await platform.get(SteerOperation).one(id!)),
    );
    printEnd(operation, json);
  }
}

@SubCommand({
  name: 'retry',
  ...OPERATION,
  description: 'try a failed operation again; exit code 1 when it did not succeed',
})
export class OperationsRetryCommand extends PrintingCommand {
  async run([id]: string[], { wait, json }: PrintOptions & { wait?: boolean }): Promise<void> {
    const operation = await withPlatform(async (platform) => {
      const queued = await platform.get(SteerOperation).retry(id!, cliActor('operations retry'));
      return wait === false ? queued : followOperation(platform, queued);
    });
    if (wait === false) print([json ? toOperationDto(operation) : operationRow(operation)], json);
    else printEnd(operation, json);
  }

  @Option({ flags: '--no-wait', description: 'come back when it is queued' })
  wait(): boolean {
    return false;
  }
}

@SubCommand({ name: 'cancel', ...OPERATION, description: 'cancel an operation that has not begun; asks first' })
export class OperationsCancelCommand extends PrintingCommand {
  async run([id]: string[], { yes, json }: PrintOptions & { yes?: boolean }): Promise<void> {
    const operation = await withPlatform(async (platform) => {
      const steer = platform.get(SteerOperation);
      const { kind, tenantId, status } = await steer.one(id!);
      await confirm(`Cancel the ${status} ${kind} of company ${tenantId}?`, yes);
      return followOperation(platform, await steer.cancel(id!, cliActor('operations cancel')));
    });
    print([json ? toOperationDto(operation) : operationRow(operation)], json);
  }

  @Option({ flags: '-y, --yes', description: 'do not ask' })
  yes(): boolean {
    return true;
  }
}

@SubCommand({ name: 'kinds', description: 'what operations there are, their steps and where there is no way back' })
export class OperationsKindsCommand extends PrintingCommand {
  async run(_: string[], { json }: PrintOptions): Promise<void> {
    const kinds = await withPlatform(async (platform) => platform.get(ListOperationKinds).run());
    const rows = kinds.map(({ kind, steps, point_of_no_return }) => ({
      kind,
      steps: steps.map(({ name }) => name).join(', '),
      no_way_back_from: point_of_no_return,
    }));
    print(json ? kinds : rows, json);
  }
}

const SUBCOMMANDS = [
  OperationsListCommand,
  OperationsShowCommand,
  OperationsWatchCommand,
  OperationsRetryCommand,
  OperationsCancelCommand,
  OperationsKindsCommand,
];

@Command({
  name: 'operations',
  description: 'changes of companies’ lives, under way and past',
  subCommands: SUBCOMMANDS,
})
export class OperationsCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const OPERATIONS_COMMANDS = [OperationsCommand, ...SUBCOMMANDS];

/** One line of a table. */
export const operationRow = (operation: Operation) => ({
  operation: operation.id,
  kind: operation.kind,
  company: operation.tenantId,
  status: operation.status,
  step: operation.step,
  progress: `${operation.progress} %`,
  attempts: operation.attempts,
  created_at: operation.createdAt.toISOString(),
  error: operation.errorMessage ?? '',
});

/** An operation that has ended; exit code 1 when it did not succeed. */
export function printEnd(operation: Operation, json: boolean | undefined): void {
  print([json ? toOperationDto(operation) : operationRow(operation)], json);
  if (operation.status !== 'succeeded') process.exitCode = 1;
}
