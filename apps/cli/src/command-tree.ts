import type { CommandRunner } from 'nest-commander';
import { EXAMPLES } from './examples.js';

type Program = Parameters<CommandRunner['setCommand']>[0];

/** A command as people see it, with those below it. */
export interface CommandNode {
  /** what is typed behind `finvera`; empty for the command itself */
  path: string;
  name: string;
  description: string;
  /** names of arguments as usage lines write them */
  arguments: { term: string; description: string }[];
  options: { flags: string; long: string; description: string }[];
  examples: readonly string[];
  children: CommandNode[];
}

export function treeOf(command: Program, above = ''): CommandNode {
  const name = command.name();
  const isRoot = !command.parent;
  const path = isRoot ? '' : `${above} ${name}`.trim();
  const help = command.createHelp();
  return {
    path,
    name,
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      term: argumentTerm(argument.name(), argument.required, argument.variadic),
      description: argument.description,
    })),
    options: help
      .visibleOptions(command)
      .filter(({ long }) => long && long !== '--help')
      .map(({ flags, long, description }) => ({ flags, long: long!, description })),
    examples: EXAMPLES[path] ?? [],
    children: command.commands.filter((child) => child.name() !== 'help').map((child) => treeOf(child, path)),
  };
}

/** The command that all others are below. */
export function rootOf(command: Program): Program {
  return command.parent ? rootOf(command.parent) : command;
}

/** Examples stand below every command's help, exit codes below that of all. */
export function addToHelp(command: Program, closing: string): void {
  const { path, examples } = treeOf(command, pathAbove(command));
  if (examples.length > 0)
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`);
  if (path === '') command.addHelpText('after', `\n${closing}`);
  for (const child of command.commands) addToHelp(child, closing);
}

export const withChildren = (node: CommandNode): CommandNode[] => [node, ...node.children.flatMap(withChildren)];

function pathAbove(command: Program): string {
  const { parent } = command;
  return parent?.parent ? `${pathAbove(parent)} ${parent.name()}`.trim() : '';
}

function argumentTerm(name: string, required: boolean, variadic: boolean): string {
  const shown = variadic ? `${name}...` : name;
  return required ? `<${shown}>` : `[${shown}]`;
}
