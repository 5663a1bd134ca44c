import { KeyStatus, RotateKeys } from '@finvera/master-data';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { cliActor } from './cli-actor.js';
import { EXIT_FOUND } from './exit-codes.js';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';
import { Progress } from './progress.js';

const UNREADABLE = 'Some secrets were written with a key that is not given here: add it to ENCRYPTION_KEYS_PREVIOUS.';

@SubCommand({
  name: 'status',
  description: 'which keys the secrets of the master database are written with; exit code 2 when some cannot be read',
})
export class KeysStatusCommand extends CommandRunner {
  async run(_: string[], { json }: { json?: boolean }): Promise<void> {
    const rows = await withPlatform((platform) => platform.get(KeyStatus).read());
    print(rows, json);
    if (rows.some(({ role, secrets }) => role === 'unknown' && secrets > 0)) {
      process.stderr.write(`${UNREADABLE}\n`);
      process.exitCode = EXIT_FOUND;
    }
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'rotate',
  description: 'encrypt every secret anew with ENCRYPTION_KEY; may be repeated; exit code 2 when some cannot be read',
})
export class KeysRotateCommand extends CommandRunner {
  async run(_: string[], { json, dryRun }: { json?: boolean; dryRun?: boolean }): Promise<void> {
    const progress = new Progress();
    const { key_id, columns } = await withPlatform((platform) =>
      platform.get(RotateKeys).run(cliActor('keys rotate'), {
        dryRun,
        onProgress: ({ table, column, rotated }) => progress.show(`${table}.${column}: ${rotated}`),
        onWait: () => progress.say('Another rotation is at work; waiting for it.'),
      }),
    );
    progress.end();
    print(columns, json);
    const rotated = columns.reduce((sum, column) => sum + column.rotated, 0);
    progress.say(
      dryRun
        ? `${rotated} secrets would be encrypted anew with key ${key_id}`
        : `${rotated} secrets encrypted anew with key ${key_id}`,
    );
    if (columns.some(({ unreadable }) => unreadable > 0)) {
      progress.say(`${UNREADABLE} The change of keys is not finished.`);
      process.exitCode = EXIT_FOUND;
    }
  }

  @Option({ flags: '--dry-run', description: 'only count what would be encrypted anew' })
  dryRun(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}

@Command({
  name: 'keys',
  description: 'the keys that encrypt secrets',
  subCommands: [KeysStatusCommand, KeysRotateCommand],
})
export class KeysCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help();
  }
}

export const KEYS_COMMANDS = [KeysCommand, KeysStatusCommand, KeysRotateCommand];
