import { malformed } from '@finvera/common';
import { Command, CommandRunner } from 'nest-commander';
import { type CommandNode, rootOf, treeOf, withChildren } from './command-tree.js';

@Command({
  name: 'completion',
  arguments: '<shell>',
  argsDescription: { shell: 'bash or zsh' },
  description: 'print a script that completes commands and options in your shell',
})
export class CompletionCommand extends CommandRunner {
  async run([shell]: string[]): Promise<void> {
    const script = SCRIPTS[shell!];
    if (!script) throw malformed(`There is no completion for ${shell}; ask for ${Object.keys(SCRIPTS).join(' or ')}.`);
    process.stdout.write(script(withChildren(treeOf(rootOf(this.command)))));
  }
}

const SCRIPTS: Record<string, (nodes: readonly CommandNode[]) => string> = { bash, zsh };

function bash(nodes: readonly CommandNode[]): string {
  return `# completion of finvera for bash
_finvera() {
  local current="\${COMP_WORDS[COMP_CWORD]}" at='' word='' offered=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
${walk(nodes)}
  done
  case "$at" in
${nodes.map((node) => `    ${quoted(node.path)}) offered=${quoted(words(node).join(' '))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$offered" -- "$current"))
}
complete -o default -F _finvera finvera
`;
}

function zsh(nodes: readonly CommandNode[]): string {
  const described = (node: CommandNode) =>
    [
      ...node.children.map(({ name, description }) => [name, description]),
      ...node.options.map(({ long, description }) => [long, description]),
    ].map(([word, description]) => quoted(`${word}:${description}`));
  return `#compdef finvera
# completion of finvera for zsh
_finvera() {
  local at='' word=''
  local -a offered
  for word in \${words[2,CURRENT-1]}; do
${walk(nodes)}
  done
  case "$at" in
${nodes.map((node) => `    ${quoted(node.path)}) offered=(${described(node).join(' ')}) ;;`).join('\n')}
  esac
  _describe 'finvera' offered
}
compdef _finvera finvera
`;
}

/** Which command the words before the cursor name. */
function walk(nodes: readonly CommandNode[]): string {
  const turns = nodes.flatMap((node) =>
    node.children.map((child) => `      ${quoted(`${node.path}|${child.name}`)}) at=${quoted(child.path)} ;;`),
  );
  return `    case "$at|$word" in\n${turns.join('\n')}\n    esac`;
}

const words = ({ children, options }: CommandNode) => [
  ...children.map(({ name }) => name),
  ...options.map(({ long }) => long),
];

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
