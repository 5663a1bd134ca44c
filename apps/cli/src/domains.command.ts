import { PageQuery } from '@finvera/common';
import {
  AddDomain,
  AddDomainDto,
  type DomainDto,
  FindTenants,
  ListDomains,
  RemoveDomain,
  toDomainDto,
  VerifyDomain,
  VerifyDomainDto,
} from '@finvera/provisioning';
import type { INestApplicationContext } from '@nestjs/common';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { checked } from './checked.js';
import { cliActor } from './cli-actor.js';
import { confirm } from './confirm.js';
import { print } from './output.js';
import { ListingCommand, type PageOptions } from './listing-command.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand, type PrintOptions } from './printing-command.js';

const ARGUMENTS = {
  arguments: '<company> <domain>',
  argsDescription: { company: 'id or subdomain', domain: 'for example books.acme.com' },
};

const withTenant = <T>(name: string, work: (platform: INestApplicationContext, tenantId: string) => Promise<T>) =>
  withPlatform(async (platform) => work(platform, (await platform.get(FindTenants).named(name)).id));

@SubCommand({
  name: 'list',
  arguments: '<company>',
  argsDescription: { company: 'id or subdomain' },
  description: 'a company’s own domains, with what proves that they are its own',
})
export class DomainsListCommand extends ListingCommand {
  async run([company]: string[], options: PageOptions): Promise<void> {
    const { page, limit, json } = options;
    const { domains, total } = await withTenant(company!, async (platform, id) =>
      platform.get(ListDomains).list(id, await checked(PageQuery, { page, limit })),
    );
    printDomains(domains.map(toDomainDto), json);
    this.sayMore(total, domains.length, options);
  }
}

@SubCommand({ name: 'add', ...ARGUMENTS, description: 'give a company a domain; it leads there when it is verified' })
export class DomainsAddCommand extends PrintingCommand {
  async run([company, name]: string[], { json }: PrintOptions): Promise<void> {
    const { domain } = await checked(AddDomainDto, { domain: name });
    const added = await withTenant(company!, (platform, id) =>
      platform.get(AddDomain).add(id, domain, cliActor('domains add')),
    );
    printDomains([toDomainDto(added)], json);
  }
}

@SubCommand({
  name: 'verify',
  ...ARGUMENTS,
  description: 'look for the proof now; then the domain leads to the company',
})
export class DomainsVerifyCommand extends PrintingCommand {
  async run([company, domain]: string[], { method, json }: PrintOptions & { method?: string }): Promise<void> {
    const body = await checked(VerifyDomainDto, { method });
    const verified = await withTenant(company!, (platform, id) =>
      platform.get(VerifyDomain).verify(id, domain!, body.method, cliActor('domains verify')),
    );
    printDomains([toDomainDto(verified)], json);
  }

  @Option({ flags: '--method <method>', description: 'dns or http; without it either will do' })
  method(text: string): string {
    return text;
  }
}

@SubCommand({ name: 'remove', ...ARGUMENTS, description: 'take a domain from a company; asks first' })
export class DomainsRemoveCommand extends PrintingCommand {
  async run([company, domain]: string[], { yes, json }: PrintOptions & { yes?: boolean }): Promise<void> {
    await confirm(`Take the domain ${domain} from ${company}? It leads nowhere then.`, yes);
    const removed = await withTenant(company!, (platform, id) =>
      platform.get(RemoveDomain).remove(id, domain!, cliActor('domains remove')),
    );
    printDomains([toDomainDto(removed)], json);
  }

  @Option({ flags: '-y, --yes', description: 'do not ask' })
  yes(): boolean {
    return true;
  }
}

const SUBCOMMANDS = [DomainsListCommand, DomainsAddCommand, DomainsVerifyCommand, DomainsRemoveCommand];

@Command({ name: 'domains', description: 'domains of companies’ own', subCommands: SUBCOMMANDS })
export class DomainsCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const DOMAINS_COMMANDS = [DomainsCommand, ...SUBCOMMANDS];

const printDomains = (domains: readonly DomainDto[], json: boolean | undefined) =>
  print(
    json
      ? domains
      : domains.map(({ domain, status, challenge: { dns, http } }) => ({
          domain,
          status,
          proof: status === 'verified' ? '' : `${dns.type} ${dns.name} "${dns.value}", or ${http.url}`,
        })),
    json,
  );
