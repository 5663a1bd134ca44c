import { malformed } from '@finvera/common';
import { createInterface } from 'node:readline/promises';

/**
 * Asks before something dangerous. Without a terminal nobody can be asked: then `--yes` has to say it.
 * @throws DomainError 400 when the answer is no
 */
export async function confirm(question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw malformed(`${question} Say so with --yes.`);
  if (!/^y(es)?$/i.test(await ask(`${question} [y/N] `))) throw malformed('Nothing was changed.');
}

/** @returns what was typed; empty when nobody can be asked */
export async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) return '';
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return (await terminal.question(question).finally(() => terminal.close())).trim();
}
