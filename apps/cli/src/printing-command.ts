import { CommandRunner, Option } from 'nest-commander';

export interface PrintOptions {
  json?: boolean;
}

/** A command that prints rows: a table for people, JSON for programs. */
export abstract class PrintingCommand extends CommandRunner {
  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}
