import { malformed } from '@finvera/common';
import {
  ChangeApiKeys,
  CreateApiKeyDto,
  FindApiKeys,
  ListApiKeysQuery,
  toApiKeyDto,
  type ApiKeyDto,
} from '@finvera/master-data';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { checked } from './checked.js';
import { cliActor } from './cli-actor.js';
import { confirm } from './confirm.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { PrintingCommand } from './printing-command.js';

const LIMIT = 500;

const row = ({ id, name, prefix, scopes, expires_at, last_used_at, revoked_at }: ApiKeyDto) => ({
  id,
  name,
  key: `${prefix}…`,
  scopes: scopes.join(', '),
  expires: expires_at ?? 'never',
  last_used: last_used_at ?? 'never',
  revoked: revoked_at ?? '',
});

@SubCommand({ name: 'list', description: 'keys of programs, newest first; never the keys themselves' })
export class ApiKeysListCommand extends PrintingCommand {
  async run(_: string[], { search, json }: { search?: string; json?: boolean }): Promise<void> {
    const query = await checked(ListApiKeysQuery, { limit: LIMIT, search });
    const { apiKeys, total } = await withPlatform((platform) => platform.get(FindApiKeys).list(query));
    const dtos = apiKeys.map(toApiKeyDto);
    print(json ? dtos : dtos.map(row), json);
    if (total > dtos.length) process.stderr.write(`${total - dtos.length} more; narrow it down with --search\n`);
  }

  @Option({ flags: '-s, --search <text>', description: 'part of name, beginning or maker' })
  search(text: string): string {
    return text;
  }
}

@SubCommand({
  name: 'create',
  arguments: '<name>',
  description: 'make a key for a program; prints it this once',
})
export class ApiKeysCreateCommand extends PrintingCommand {
  async run(
    [name]: string[],
    { scopes = ['read'], expires, json }: { scopes?: string[]; expires?: string | null; json?: boolean },
  ): Promise<void> {
    const body = await checked(CreateApiKeyDto, { name, scopes, expires_at: expires });
    const { apiKey, key } = await withPlatform((platform) =>
      platform.get(ChangeApiKeys).create(body, cliActor('api-keys create')),
    );
    const dto = toApiKeyDto(apiKey);
    print([json ? { ...dto, key } : { ...row(dto), key }], json);
  }

  @Option({
    flags: '--scopes <list>',
    description: '"*", read (default), or areas such as tenants:write,operations:read',
  })
  scopes(list: string): string[] {
    return list.split(',').map((scope) => scope.trim());
  }

  @Option({ flags: '--expires <when>', description: 'after 90d, at an instant, or never; default: in a year' })
  expires(when: string): string | null {
    if (when === 'never') return null;
    const [, days] = /^(\d{1,5})d$/.exec(when) ?? [];
    if (days) return new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    if (/^\d{4}-/.test(when)) return when;
    throw malformed(`--expires ${JSON.stringify(when)} must be such as 90d, 2027-12-31T00:00:00Z or never`);
  }
}

@SubCommand({
  name: 'revoke',
  arguments: '<key>',
  argsDescription: { key: 'id' },
  description: 'end a key, on every process within five seconds; asks first',
})
export class ApiKeysRevokeCommand extends PrintingCommand {
  async run([id]: string[], { yes, json }: { yes?: boolean; json?: boolean }): Promise<void> {
    const apiKey = await withPlatform(async (platform) => {
      const { name, prefix } = await platform.get(FindApiKeys).one(id!);
      await confirm(`Revoke ${prefix}… (${name})?`, yes);
      return platform.get(ChangeApiKeys).revoke(id!, cliActor('api-keys revoke'));
    });
    const dto = toApiKeyDto(apiKey);
    print([json ? dto : row(dto)], json);
  }

  @Option({ flags: '-y, --yes', description: 'do not ask' })
  yes(): boolean {
    return true;
  }
}

const SUB_COMMANDS = [ApiKeysListCommand, ApiKeysCreateCommand, ApiKeysRevokeCommand];

@Command({ name: 'api-keys', description: 'keys by which programs use the platform', subCommands: SUB_COMMANDS })
export class ApiKeysCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const API_KEYS_COMMANDS = [ApiKeysCommand, ...SUB_COMMANDS];
