import { oneLine } from '@finvera/common';
import type { GroupTree } from '../reports/group-tree.js';

const NATURES = { asset: 'Assets', liability: 'Liabilities', equity: 'Equity', income: 'Income', expense: 'Expenses' };

/** A name as plain-text accounting can hold it: ":" would begin a child, ";" a comment, two spaces the amount. */
const plain = (name: string) =>
  oneLine(name)
    .replace(/[:;|]/g, '-')
    .replace(/^[([{<"'*!=@~%#&-]+/, '')
    .replace(/[)\]}>]+$/, '');

/**
 * Each ledger's account, as hledger and ledger write it: nature, groups, ledger. No two are alike: a ledger whose name
 * would be that of another one carries its id.
 */
export function accountNames(
  ledgers: readonly { id: string; name: string; groupId: string }[],
  tree: GroupTree,
): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, name, groupId } of ledgers) {
    const path = tree.path(groupId);
    const account = [
      NATURES[tree.get(groupId).nature],
      ...path.map((group) => plain(group.name) || group.id),
      plain(name) || id,
    ].join(':');
    const own = taken.has(account.toLowerCase()) ? `${account} ${id}` : account;
    taken.add(own.toLowerCase());
    names.set(id, own);
  }
  return names;
}
