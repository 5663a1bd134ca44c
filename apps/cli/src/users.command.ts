import { LookAfterUsersModule, ManageSessions, ManageUsers, PERMISSIONS, ResetTotp } from '@finvera/accounting';
import { PageQuery } from '@finvera/common';
import { FindTenants } from '@finvera/provisioning';
import { Tenancy, type TenantScope } from '@finvera/tenancy';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { checked } from './checked.js';
import { cliActor } from './cli-actor.js';
import { confirm } from './confirm.js';
import { type PageOptions, ListingCommand } from './listing-command.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

const ARGUMENTS = { company: 'id or subdomain', email: 'of the user' };
/** Whoever runs the platform may do everything. */
const GIVER = { userId: 'finvera', permissions: new Set<string>(PERMISSIONS) };

/** Works with the users of a company. */
const withUsers = <T>(company: string, work: (scope: TenantScope) => Promise<T>): Promise<T> =>
  withPlatform(
    async (platform) => {
      const { id } = await platform.get(FindTenants).named(company);
      return platform.get(Tenancy).run(id, work);
    },
    { imports: [LookAfterUsersModule] },
  );

@SubCommand({
  name: 'list',
  arguments: '<company>',
  argsDescription: { company: ARGUMENTS.company },
  description: 'the users of a company: role, active or not, second factor',
})
export class UsersListCommand extends ListingCommand {
  async run([company]: string[], options: PageOptions): Promise<void> {
    const { page, limit, search, sort, json } = options;
    const query = await checked(PageQuery, { page, limit, search, sort });
    const { users, total } = await withUsers(company!, async (scope) => (await scope.get(ManageUsers)).list(query));
    const row = ({ id, email, name, role, is_active, totp_enabled }: (typeof users)[number]) => ({
      id,
      email,
      name,
      role,
      active: is_active ? 'yes' : 'no',
      second_factor: totp_enabled ? 'yes' : 'no',
    });
    print(json ? users : users.map(row), json);
    this.sayMore(total, users.length, options);
  }

  @Option({ flags: '-s, --search <text>', description: 'part of name or e-mail' })
  search(text: string): string {
    return text;
  }

  @Option({ flags: '--sort <field>', description: 'name, email or created_at; with "-" in front descending' })
  sort(field: string): string {
    return field;
  }
}

@SubCommand({
  name: 'end-sessions',
  arguments: '<company> <email>',
  argsDescription: ARGUMENTS,
  description: 'sign a user out everywhere, within five seconds',
})
export class UsersEndSessionsCommand extends CommandRunner {
  async run([company, email]: string[]): Promise<void> {
    const ended = await withUsers(company!, async (scope) => {
      const { id } = await (await scope.get(ManageUsers)).byEmail(email!);
      return (await scope.get(ManageSessions)).endAll(id, cliActor('users end-sessions'));
    });
    process.stdout.write(`${ended} sessions of ${email} ended\n`);
  }
}

@SubCommand({
  name: 'reset-totp',
  arguments: '<company> <email>',
  argsDescription: ARGUMENTS,
  description: 'take the second factor from a user who lost the device and the recovery codes',
})
export class UsersResetTotpCommand extends CommandRunner {
  async run([company, email]: string[], { yes }: { yes?: boolean }): Promise<void> {
    await withUsers(company!, async (scope) => {
      const { id } = await (await scope.get(ManageUsers)).byEmail(email!);
      await confirm(`From now on the password alone lets ${email} in. Are you sure who asks for it?`, yes);
      await (await scope.get(ResetTotp)).reset(id, { giver: GIVER, actor: cliActor('users reset-totp') });
    });
    process.stdout.write(`${email} has no second factor any more\n`);
  }

  @Option({ flags: '-y, --yes', description: 'do not ask' })
  yes(): boolean {
    return true;
  }
}

@Command({
  name: 'users',
  description: 'the users of companies',
  subCommands: [UsersListCommand, UsersEndSessionsCommand, UsersResetTotpCommand],
})
export class UsersCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const USERS_COMMANDS = [UsersCommand, UsersListCommand, UsersEndSessionsCommand, UsersResetTotpCommand];
