import { KeepBooks, RebuildTotals, type Verification, VerifyBooks, VerifyModule } from '@finvera/accounting';
import { malformed } from '@finvera/common';
import { FindTenants, ListTenants } from '@finvera/provisioning';
import { Tenancy } from '@finvera/tenancy';
import type { INestApplicationContext } from '@nestjs/common';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { EXIT_FOUND } from './exit-codes.js';
import { withPlatform } from './platform-context.js';
import { Progress } from './progress.js';
import { PrintingCommand } from './printing-command.js';

const COMPANIES_AT_ONCE = 500;

interface Company {
  id: string;
  subdomain: string;
}

interface VerifyOptions {
  all?: boolean;
  noted?: string;
  json?: boolean;
}

@SubCommand({
  name: 'verify',
  arguments: '[company]',
  description:
    'look through the whole books of a company (id or subdomain), or of all active ones: vouchers, entries, bills, numbers, totals, edit log, guards; exit code 2 when something is found',
})
export class BooksVerifyCommand extends PrintingCommand {
  async run([named]: string[], { all, noted, json }: VerifyOptions): Promise<void> {
    if ((named === undefined) === !all) throw malformed('name a company, or say --all');
    if (all && noted) throw malformed('--noted is the head of one company; name it');
    const progress = new Progress();
    await withPlatform(
      async (platform) => {
        let [sound, found] = [0, 0];
        for await (const company of all ? activeCompanies(platform) : [await platform.get(FindTenants).named(named!)]) {
          const result = await verify(platform, company, { noted, progress });
          progress.end();
          report(company, result, json);
          if (result.sound) sound += 1;
          else found += 1;
        }
        if (all) progress.say(`${sound} companies are sound, ${found} are not`);
        if (found > 0) process.exitCode = EXIT_FOUND;
      },
      { imports: [VerifyModule] },
    );
  }

  @Option({ flags: '--all', description: 'all active companies, one after the other' })
  all(): boolean {
    return true;
  }

  @Option({
    flags: '--noted <head>',
    description: 'a head that an earlier run printed: it must still be in the edit log',
  })
  noted(head: string): string {
    return head;
  }
}

function verify(
  platform: INestApplicationContext,
  { id, subdomain }: Company,
  { noted, progress }: { noted?: string; progress: Progress },
): Promise<Verification> {
  return platform.get(Tenancy).run(id, async (scope) => {
    // what waits is sealed and folded first: the head that is told then stands for all of it
    await (await scope.get(KeepBooks)).run();
    return (await scope.get(VerifyBooks)).run({
      noted,
      onProgress: (check, examined) => progress.show(`${subdomain}: ${check}, ${examined}`),
    });
  });
}

/** One line of JSON a company for programs. */
function report({ id, subdomain }: Company, result: Verification, json: boolean | undefined): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ id, subdomain, ...result })}\n`);
    return;
  }
  const { sealed, unsealed, head } = result.edit_log;
  const examined = result.checks.map(({ check, examined: count }) => `${count} ${check}`).join(', ');
  process.stdout.write(
    result.sound
      ? `${subdomain}: sound (${examined})\n  edit log: ${sealed} rows sealed, ${unsealed} waiting; head ${head}\n`
      : `${subdomain}: NOT SOUND (${examined})\n`,
  );
  for (const { check, message } of result.problems) process.stdout.write(`  ${check}: ${message}\n`);
  for (const { check, problems } of result.checks)
    if (problems > 0) process.stdout.write(`  ${problems} problems of ${check}\n`);
}

async function* activeCompanies(platform: INestApplicationContext): AsyncGenerator<Company> {
  for (let page = 1; ; page += 1) {
    const query = { page, limit: COMPANIES_AT_ONCE, status: 'active' as const, sort: 'created_at' };
    const { tenants } = await platform.get(ListTenants).list(query);
    yield* tenants;
    if (tenants.length < COMPANIES_AT_ONCE) return;
  }
}

@SubCommand({
  name: 'rebuild',
  arguments: '<company>',
  description: 'make the totals of a company anew from its entries, while it is in use; reports read entries meanwhile',
})
export class BooksRebuildCommand extends CommandRunner {
  async run([named]: string[]): Promise<void> {
    await withPlatform(
      async (platform) => {
        const { id, subdomain } = await platform.get(FindTenants).named(named!);
        await platform.get(Tenancy).run(id, async (scope) => (await scope.get(RebuildTotals)).run());
        process.stdout.write(`${subdomain}: totals are made anew\n`);
      },
      { imports: [VerifyModule] },
    );
  }
}

@Command({
  name: 'books',
  description: 'the books of companies',
  subCommands: [BooksVerifyCommand, BooksRebuildCommand],
})
export class BooksCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const BOOKS_COMMANDS = [BooksCommand, BooksVerifyCommand, BooksRebuildCommand];
