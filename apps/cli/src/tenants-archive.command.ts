import type { Actor } from '@finvera/common';
import type { Operation } from '@finvera/master-data';
import { ArchiveTenant, FindTenants } from '@finvera/provisioning';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { cliActor } from './cli-actor.js';
import { followOperation } from './follow-operation.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

interface ArchiveOptions {
  wait: boolean;
  json?: boolean;
}

const COMPANY = { arguments: '<company>', argsDescription: { company: 'id or subdomain' } };

/** Starts an operation on a company and waits for its end; exit code 1 when it did not succeed. */
abstract class ArchivingCommand extends CommandRunner {
  protected abstract readonly verb: 'archive' | 'unarchive';

  async run([company]: string[], { wait, json }: ArchiveOptions): Promise<void> {
    const operation = await withPlatform(async (platform) => {
      const { id } = await platform.get(FindTenants).named(company!);
      const actor: Actor = cliActor(`tenants ${this.verb}`);
      const started = await platform.get(ArchiveTenant)[this.verb](id, actor);
      return wait ? followOperation(platform, started) : started;
    });
    print([rowOf(operation)], json);
    if (wait && operation.status !== 'succeeded') process.exitCode = 1;
  }

  @Option({ flags: '--no-wait', description: 'come back when it is queued' })
  wait(): boolean {
    return false;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'archive',
  ...COMPANY,
  description: 'write a company’s database into a sealed file, prove it by a trial restore, and drop the database',
})
export class TenantsArchiveCommand extends ArchivingCommand {
  protected readonly verb = 'archive';
}

@SubCommand({ name: 'unarchive', ...COMPANY, description: 'bring an archived company back' })
export class TenantsUnarchiveCommand extends ArchivingCommand {
  protected readonly verb = 'unarchive';
}

const rowOf = ({ id, kind, status, step, errorMessage }: Operation) => ({
  operation: id,
  kind,
  status,
  step,
  error: errorMessage,
});
