import { malformed } from '@finvera/common';
import { CommandRunner, RootCommand } from 'nest-commander';
import { addToHelp } from './command-tree.js';
import { EXIT_CODES } from './exit-codes.js';

/** The command itself; with it, what stands behind a subcommand is the subcommand's, also where both have such an option. */
@RootCommand({ name: 'finvera', description: 'runs a platform of companies’ books' })
export class FinveraCommand extends CommandRunner {
  async run([unknown]: string[]): Promise<void> {
    if (unknown !== undefined) throw malformed(`There is no command ${JSON.stringify(unknown)}; see finvera --help`);
    this.command.help();
  }

  /** Once all commands are known. */
  completeHelp(): void {
    const codes = EXIT_CODES.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`);
    addToHelp(this.command, `Exit codes:\n${codes.join('\n')}`);
  }
}
