import { PageQuery } from '@finvera/common';
import { ListPlans, toPlanDto } from '@finvera/master-data';
import { Command, CommandRunner, SubCommand } from 'nest-commander';
import { checked } from './checked.js';
import { print } from './output.js';
import { ListingCommand, type PageOptions } from './listing-command.js';
import { withPlatform } from './platform-context.js';

@SubCommand({ name: 'list', description: 'list plans, cheapest first' })
export class PlansListCommand extends ListingCommand {
  async run(_: string[], options: PageOptions): Promise<void> {
    const { page, limit, json } = options;
    const { plans, total } = await withPlatform(async (platform) =>
      platform.get(ListPlans).list(await checked(PageQuery, { page, limit })),
    );
    print(plans.map(toPlanDto), json);
    this.sayMore(total, plans.length, options);
  }
}

@Command({ name: 'plans', description: 'what companies subscribe to', subCommands: [PlansListCommand] })
export class PlansCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const PLANS_COMMANDS = [PlansCommand, PlansListCommand];
