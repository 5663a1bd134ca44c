import { Command, CommandRunner } from 'nest-commander';
import { type CommandNode, rootOf, treeOf, withChildren } from './command-tree.js';
import { EXIT_CODES } from './exit-codes.js';

@Command({ name: 'reference', description: 'print all commands as Markdown: docs/cli.md' })
export class ReferenceCommand extends CommandRunner {
  async run(): Promise<void> {
    const tree = treeOf(rootOf(this.command));
    const commands = withChildren(tree).filter(
      ({ path, children }) => path !== '' && (children.length === 0 || path === 'migrate'),
    );
    process.stdout.write(`${[INTRODUCTION, exitCodes(), ...commands.map(section)].join('\n\n')}\n`);
  }
}

const INTRODUCTION = `# The command finvera

Written by \`finvera reference\`; a test compares. \`npm run finvera -- …\` runs it with the settings of the running copy, \`finvera …\` with those of the environment.

- Results go to stdout, progress and questions to stderr. \`--json\` prints JSON in place of tables.
- What is dangerous asks first. \`--yes\` answers; without a terminal nothing dangerous is done unless it is given. \`--dry-run\` changes nothing.
- A company is named by its id or subdomain.
- From a machine elsewhere: \`FINVERA_URL=https://finvera.example.com FINVERA_API_KEY=fvk_… finvera tenants list\`. Commands go through the API then, as far as the key's scopes reach
  (\`finvera api-keys create\`). Those that work on the databases themselves (\`init-master\`, \`keys\`, \`audit verify\`, \`migrate rehearse\` and others) are refused; nothing is done here instead.
- \`source <(finvera completion bash)\` (or \`zsh\`) completes commands and options.`;

const exitCodes = () =>
  [
    '| exit code | what it means |',
    '| --- | --- |',
    ...EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`),
  ].join('\n');

function section({ path, description, arguments: given, options, examples }: CommandNode): string {
  const usage = ['finvera', path, ...given.map(({ term }) => term), ...(options.length > 0 ? ['[options]'] : [])].join(
    ' ',
  );
  const sentence = description.charAt(0).toUpperCase() + description.slice(1);
  const rows = [
    ...given.map(({ term, description: meaning }) => [term, meaning]),
    ...options.map(({ flags, description: meaning }) => [flags, meaning]),
  ].map(([term, meaning]) => `| \`${term!.replaceAll('|', '\\|')}\` | ${meaning!.replaceAll('|', '\\|')} |`);
  return [
    `## finvera ${path}`,
    `${sentence}.`,
    `\`\`\`bash\n${examples.length > 0 ? examples.join('\n') : usage}\n\`\`\``,
    ...(rows.length > 0 ? [['| | |', '| --- | --- |', ...rows].join('\n')] : []),
  ].join('\n\n');
}
