import { malformed } from '@finvera/common';
import {
  type AuditExportFormat,
  AuditLogFilter,
  AuditLogQuery,
  ExportAuditLog,
  ListAuditLog,
  SealAuditLog,
  VerifyAuditLog,
} from '@finvera/master-data';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checked } from './checked.js';
import { cliActor } from './cli-actor.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { Progress } from './progress.js';

interface FilterOptions {
  tenant?: string;
  action?: string;
  actor?: string;
  from?: string;
  to?: string;
  search?: string;
  json?: boolean;
}

/** The options that say which entries; read and checked as the routes do it. */
abstract class FilteredAuditCommand extends CommandRunner {
  @Option({ flags: '--tenant <id>', description: 'entries about a company' })
  tenant(id: string): string {
    return id;
  }

  @Option({ flags: '--action <action>', description: 'tenant.suspended, or all of a kind: "tenant.*"' })
  action(action: string): string {
    return action;
  }

  @Option({ flags: '--actor <name>', description: 'e-mail of the admin, or name of the API key' })
  actor(name: string): string {
    return name;
  }

  @Option({ flags: '--from <instant>', description: 'from this day or instant on (UTC)' })
  from(instant: string): string {
    return instant;
  }

  @Option({ flags: '--to <instant>', description: 'to the end of this day, or before this instant (UTC)' })
  to(instant: string): string {
    return instant;
  }

  @Option({ flags: '-s, --search <text>', description: 'a part of what stands in an entry' })
  search(text: string): string {
    return text;
  }
}

const filterOf = ({ tenant, action, actor, from, to, search }: FilterOptions) => ({
  tenant_id: tenant,
  action,
  actor,
  from,
  to,
  search,
});

@SubCommand({ name: 'list', description: 'entries of the audit log, newest first' })
export class AuditListCommand extends FilteredAuditCommand {
  async run(_: string[], { limit, json, ...options }: FilterOptions & { limit?: string }): Promise<void> {
    const query = await checked(AuditLogQuery, { ...filterOf(options), limit });
    const { entries, nextCursor } = await withPlatform((platform) => platform.get(ListAuditLog).list(query));
    print(
      json
        ? entries
        : entries.map(({ id, at, actor_name, ip, action, object_type, object_id }) => ({
            id,
            at,
            actor: actor_name,
            from: ip ?? '',
            action,
            object: `${object_type} ${object_id}`,
          })),
      json,
    );
    if (nextCursor) process.stderr.write('there are more; narrow it down, or use finvera audit export\n');
  }

  @Option({ flags: '--limit <number>', description: 'so many at most (100)' })
  limit(number: string): string {
    return number;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'verify',
  description:
    'look through the whole audit log for whatever was changed, removed, moved or added; exit code 1 and the first broken entry when something is found',
})
export class AuditVerifyCommand extends CommandRunner {
  async run(_: string[], { noted, json }: { noted?: string; json?: boolean }): Promise<void> {
    const progress = new Progress();
    const result = await withPlatform((platform) =>
      platform.get(VerifyAuditLog).run({
        noted,
        onProgress: (entries, lastId) => progress.show(`${entries} entries, to ${lastId}`),
      }),
    );
    progress.end();
    const { sound, entries, first_id, last_id, head, problem } = result;
    if (json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    else if (sound)
      process.stdout.write(
        `sound: ${entries} entries (${first_id} to ${last_id})\nhead ${head}\nNote the head elsewhere; verify --noted ${head.slice(0, 12)}… proves later that nothing up to it was written anew.\n`,
      );
    else process.stdout.write(`BROKEN${problem!.id === null ? '' : ` at entry ${problem!.id}`}: ${problem!.message}\n`);
    if (!sound) process.exitCode = 1;
  }

  @Option({ flags: '--noted <head>', description: 'a head that a former run printed: it must still be in the chain' })
  noted(head: string): string {
    return head;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({ name: 'export', description: 'write the audit log as JSON lines or CSV, oldest first' })
export class AuditExportCommand extends FilteredAuditCommand {
  async run(
    _: string[],
    { format = 'ndjson', out, ...options }: FilterOptions & { format?: AuditExportFormat; out?: string },
  ): Promise<void> {
    const filter = await checked(AuditLogFilter, filterOf(options));
    await withPlatform(async (platform) => {
      const pages = await platform.get(ExportAuditLog).begin({ format, filter }, cliActor('audit export'));
      const target = out === undefined ? process.stdout : createWriteStream(out, { flags: 'wx', mode: 0o600 });
      await pipeline(Readable.from(pages), target, { end: out !== undefined }).catch((error: { code?: string }) => {
        if (error.code === 'EEXIST') throw malformed(`${out} is there already; nothing was written.`);
        if (error.code !== 'EPIPE') throw error; // whoever reads has read enough
      });
    });
  }

  @Option({ flags: '--format <format>', description: 'ndjson (default) or csv', choices: ['ndjson', 'csv'] })
  format(format: string): string {
    return format;
  }

  @Option({ flags: '-o, --out <file>', description: 'a new file instead of stdout' })
  out(file: string): string {
    return file;
  }
}

@SubCommand({
  name: 'seal',
  description:
    'seal the head anew when a sound log lost its seal (a key given up too early, a copy loaded); says so in the log',
})
export class AuditSealCommand extends CommandRunner {
  async run(_: string[], { reason }: { reason?: string }): Promise<void> {
    if (!reason?.trim()) throw malformed('Say with --reason why the seal was lost; it stands in the audit log.');
    const { head } = await withPlatform((platform) => platform.get(SealAuditLog).run(cliActor('audit seal'), reason));
    process.stdout.write(`sealed; head ${head}\n`);
  }

  @Option({ flags: '--reason <text>', description: 'why it was lost' })
  reason(text: string): string {
    return text;
  }
}

@Command({
  name: 'audit',
  description: 'who did what, when and from where',
  subCommands: [AuditListCommand, AuditVerifyCommand, AuditExportCommand, AuditSealCommand],
})
export class AuditCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const AUDIT_COMMANDS = [
  AuditCommand,
  AuditListCommand,
  AuditVerifyCommand,
  AuditExportCommand,
  AuditSealCommand,
];
