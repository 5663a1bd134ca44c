import { type BulkChange, SuspendMany, type SuspendManyResult } from '@finvera/provisioning';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { cliActor } from './cli-actor.js';
import { confirm } from './confirm.js';
import { EXIT_FOUND } from './exit-codes.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { Progress } from './progress.js';

const NAMES_SHOWN = 10;

interface ChangeOptions {
  plan?: string;
  search?: string;
  all?: boolean;
  reason?: string;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

const COMPANIES = { arguments: '[companies...]', argsDescription: { companies: 'ids or subdomains' } };

/** Says whom it would change and asks; exit code 2 when some were skipped. */
abstract class ChangeManyCommand extends CommandRunner {
  protected abstract readonly change: BulkChange;

  async run(tenants: string[], { dryRun, yes, json, ...selection }: ChangeOptions): Promise<void> {
    const progress = new Progress();
    const result = await withPlatform(async (platform) => {
      const many = platform.get(SuspendMany);
      const actor = cliActor(`tenants ${this.change}`);
      const request = { ...selection, tenants, change: this.change };
      const foreseen = await many.run({ ...request, dryRun: true }, actor);
      if (dryRun || foreseen.changed.length === 0) return foreseen;
      await confirm(this.question(foreseen), yes);
      return many.run({ ...request, expected: foreseen.matched }, actor, (done, of) =>
        progress.show(`${done} of ${of} companies`),
      );
    });
    progress.end();
    const state = this.change === 'suspend' ? 'suspended' : 'active';
    print(
      [
        ...result.changed.map(({ id, subdomain }) => ({ id, subdomain, result: dryRun ? `would be ${state}` : state })),
        ...result.skipped.map(({ id, subdomain, code }) => ({ id, subdomain, result: `skipped: ${code}` })),
      ],
      json,
    );
    if (result.skipped.length > 0) process.exitCode = EXIT_FOUND;
  }

  private question({ changed }: SuspendManyResult): string {
    const names = changed.slice(0, NAMES_SHOWN).map(({ subdomain }) => subdomain);
    const more = changed.length > names.length ? ` and ${changed.length - names.length} more` : '';
    return `${this.change} ${changed.length} companies: ${names.join(', ')}${more}?`;
  }

  @Option({ flags: '--plan <plan>', description: 'those of a plan' })
  plan(text: string): string {
    return text;
  }

  @Option({ flags: '-s, --search <text>', description: 'those that the list finds with it' })
  search(text: string): string {
    return text;
  }

  @Option({ flags: '--all', description: 'every company' })
  all(): boolean {
    return true;
  }

  @Option({ flags: '--reason <text>', description: 'what their users and the audit log are told' })
  reason(text: string): string {
    return text;
  }

  @Option({ flags: '--dry-run', description: 'only say which they would be' })
  dryRun(): boolean {
    return true;
  }

  @Option({ flags: '-y, --yes', description: 'do not ask' })
  yes(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'suspend',
  ...COMPANIES,
  description: 'suspend companies: those named, or those that plan and search find',
})
export class TenantsSuspendCommand extends ChangeManyCommand {
  protected readonly change = 'suspend';
}

@SubCommand({ name: 'reactivate', ...COMPANIES, description: 'reactivate suspended companies' })
export class TenantsReactivateCommand extends ChangeManyCommand {
  protected readonly change = 'reactivate';
}
