import { malformed, systemActor, validationPipe } from '@finvera/common';
import type { Tenant } from '@finvera/master-data';
import { BeginMaintenanceDto, FindTenants, SetMaintenance, toMaintenanceDto } from '@finvera/provisioning';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

interface MaintenanceOptions {
  message?: string;
  retryAfter?: number;
  until?: string;
  allowEmails?: string[];
  allowAddresses?: string[];
  off?: boolean;
  json?: boolean;
}

const ACTOR = systemActor('finvera tenants maintenance');

@SubCommand({
  name: 'maintenance',
  arguments: '<company>',
  argsDescription: { company: 'id or subdomain' },
  description: 'show a company’s maintenance mode; begin or change it with --message, end it with --off',
})
export class TenantsMaintenanceCommand extends CommandRunner {
  async run([company]: string[], options: MaintenanceOptions): Promise<void> {
    const wanted = await readWanted(options);
    const tenant = await withPlatform(async (platform) => {
      const found = await platform.get(FindTenants).named(company!);
      return wanted === undefined ? found : platform.get(SetMaintenance).set(found.id, wanted, ACTOR);
    });
    print([rowOf(tenant, options.json)], options.json);
  }

  @Option({ flags: '-m, --message <text>', description: 'begin: what people read' })
  message(text: string): string {
    return text;
  }

  @Option({ flags: '--retry-after <seconds>', description: 'when clients may ask again (300)' })
  retryAfter(seconds: string): number {
    return Number(seconds);
  }

  @Option({ flags: '--until <instant>', description: 'ends by itself then, for example 2031-01-01T06:00:00Z' })
  until(instant: string): string {
    return instant;
  }

  @Option({ flags: '--allow-emails <list>', description: 'users who may come in, separated by commas' })
  allowEmails(list: string): string[] {
    return list.split(',').map((email) => email.trim());
  }

  @Option({ flags: '--allow-addresses <list>', description: 'client addresses or networks that may come in' })
  allowAddresses(list: string): string[] {
    return list.split(',').map((address) => address.trim());
  }

  @Option({ flags: '--off', description: 'end it' })
  off(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

/** What to set: null ends it, undefined only shows it. @throws DomainError as the route does */
async function readWanted({
  message,
  retryAfter,
  until,
  allowEmails,
  allowAddresses,
  off,
}: MaintenanceOptions): Promise<BeginMaintenanceDto | null | undefined> {
  const given = Object.entries({
    message,
    retry_after_seconds: retryAfter,
    ends_at: until,
    allowed_emails: allowEmails,
    allowed_addresses: allowAddresses,
  }).filter(([, value]) => value !== undefined);
  if (off && given.length > 0) throw malformed('--off ends the maintenance mode and takes no other option.');
  if (off) return null;
  if (given.length === 0) return undefined;
  const body = { type: 'body', metatype: BeginMaintenanceDto } as const;
  return (await validationPipe().transform(Object.fromEntries(given), body)) as BeginMaintenanceDto;
}

function rowOf(tenant: Tenant, json: boolean | undefined): object {
  const maintenance = toMaintenanceDto(tenant.maintenance);
  const { id, subdomain } = tenant;
  if (json) return { id, subdomain, maintenance };
  return {
    subdomain,
    maintenance: maintenance ? 'on' : 'off',
    ...(maintenance && {
      since: maintenance.started_at,
      until: maintenance.ends_at ?? 'ended by hand',
      allowed: [...maintenance.allowed_emails, ...maintenance.allowed_addresses].join(', ') || 'nobody',
      message: maintenance.message,
    }),
  };
}
