import { malformed } from '@finvera/common';
import {
  ChangeTenant,
  ChangeUpgradeWindow,
  FindTenants,
  toTenantDto,
  toUpgradeWindowChange,
  toUpgradeWindowDto,
  UpdateTenantDto,
  UpgradeWindowChangeDto,
} from '@finvera/provisioning';
import { Option, SubCommand } from 'nest-commander';
import { checked } from './checked.js';
import { cliActor } from './cli-actor.js';
import { printOne } from './output.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand, type PrintOptions } from './printing-command.js';

const COMPANY = { arguments: '<company>', argsDescription: { company: 'id or subdomain' } };

interface UpdateOptions extends PrintOptions {
  name?: string;
  email?: string;
  phone?: string;
  plan?: string;
}

@SubCommand({ name: 'update', ...COMPANY, description: 'change a company’s name, address or plan; only what is given' })
export class TenantsUpdateCommand extends PrintingCommand {
  async run([company]: string[], { name, email, phone, plan, json }: UpdateOptions): Promise<void> {
    const body = await checked(UpdateTenantDto, { company_name: name, email, phone, subscription_plan: plan });
    if (Object.values(body).every((value) => value === undefined))
      throw malformed('Say what to change: --name, --email, --phone or --plan.');
    const tenant = await withPlatform(async (platform) => {
      const { id } = await platform.get(FindTenants).named(company!);
      return platform.get(ChangeTenant).update(id, body, cliActor('tenants update'));
    });
    printOne(toTenantDto(tenant), json);
  }

  @Option({ flags: '--name <name>', description: 'name of the company' })
  name(text: string): string {
    return text;
  }

  @Option({ flags: '--email <address>', description: 'of the company' })
  email(text: string): string {
    return text;
  }

  @Option({ flags: '--phone <number>', description: 'telephone number' })
  phone(text: string): string {
    return text;
  }

  @Option({ flags: '--plan <plan>', description: 'as `plans list` shows it; brings its storage limit' })
  plan(text: string): string {
    return text;
  }
}

interface WindowOptions extends PrintOptions {
  timeZone?: string | null;
  window?: string | null;
  notBefore?: string | null;
  hold?: string | null;
}

/** `none` takes a setting away. */
const orNone = (text: string) => (text === 'none' ? null : text);

@SubCommand({
  name: 'upgrade-window',
  ...COMPANY,
  description: 'show when a company may be migrated, or set it; `none` takes a setting away',
})
export class TenantsUpgradeWindowCommand extends PrintingCommand {
  async run([company]: string[], { timeZone, window, notBefore, hold, json }: WindowOptions): Promise<void> {
    const change = { time_zone: timeZone, window, not_before: notBefore, hold_reason: hold };
    const body = await checked(UpgradeWindowChangeDto, change);
    const tenant = await withPlatform(async (platform) => {
      const found = await platform.get(FindTenants).named(company!);
      if (Object.values(change).every((value) => value === undefined)) return found;
      return platform
        .get(ChangeUpgradeWindow)
        .change(found.id, toUpgradeWindowChange(body), cliActor('tenants upgrade-window'));
    });
    printOne({ subdomain: tenant.subdomain, ...toUpgradeWindowDto(tenant) }, json);
  }

  @Option({ flags: '--time-zone <zone>', description: 'of the company’s clock, for example Asia/Kolkata' })
  timeZone(text: string): string | null {
    return orNone(text);
  }

  @Option({ flags: '--window <times>', description: 'two times of a day, for example 22:00-04:00' })
  window(text: string): string | null {
    return orNone(text);
  }

  @Option({ flags: '--not-before <instant>', description: 'for example 2031-01-01T00:00:00Z' })
  notBefore(text: string): string | null {
    return orNone(text);
  }

  @Option({ flags: '--hold <reason>', description: 'leave it out of rollouts' })
  hold(text: string): string | null {
    return orNone(text);
  }
}

export const TENANTS_CHANGE_COMMANDS = [TenantsUpdateCommand, TenantsUpgradeWindowCommand];
