import { zerosLike } from './amounts.js';
import type { Period } from './frame/compared-periods.js';
import { groupLink, type Links, statementLink } from './frame/links.js';
import type { GroupTree } from './group-tree.js';
import type { ReportGroup, ReportLine, ReportSection } from './statements-of-account.js';

/** With `compare`: the same figure of each period beside, in the order of `periods`. */
interface Compared {
  comparatives?: string[];
}
export type ComparedLine = ReportLine & Compared & { links: Links };
export type ComparedGroup = Omit<ReportGroup, 'ledgers'> & Compared & { links: Links; ledgers: ComparedLine[] };
export type ComparedSection = Omit<ReportSection, 'groups'> & Compared & { groups: ComparedGroup[] };

/**
 * Sections with the figures of other periods beside each line and a link to what it is made from. A ledger that only
 * another period has stands there with zero.
 */
export function compareSections(
  sections: readonly ReportSection[],
  others: readonly (readonly ReportSection[])[],
  { tree, period, isCompared }: { tree: GroupTree; period: Period; isCompared: boolean },
): ComparedSection[] {
  const beside = <Part extends { amount: string }>(own: Part, parts: readonly (Part | undefined)[]) =>
    isCompared ? { comparatives: parts.map((part) => part?.amount ?? zerosLike(own.amount)) } : {};
  return sections.map((section) => {
    const sameSection = others.map((other) => other.find((one) => one.section === section.section));
    const groups = union(
      section.groups,
      sameSection.map((one) => one?.groups),
      'group_id',
    )
      .sort((a, b) => tree.positionOf(a.own.group_id) - tree.positionOf(b.own.group_id))
      .map(({ own, parts }) => ({
        ...own,
        ...beside(own, parts),
        links: groupLink(own.group_id, period),
        ledgers: union(
          own.ledgers,
          parts.map((part) => part?.ledgers),
          'ledger_id',
        ).map((line) => ({
          ...line.own,
          ...beside(line.own, line.parts),
          links: statementLink(line.own.ledger_id, period),
        })),
      }));
    return { ...section, ...beside(section, sameSection), groups };
  });
}

/** Each part that any of the lists has: as it is in the own list, or as nothing; and beside it those of the others. */
function union<Key extends string, Part extends { amount: string } & Record<Key, string>>(
  own: readonly Part[],
  others: readonly (readonly Part[] | undefined)[],
  key: Key,
): { own: Part; parts: (Part | undefined)[] }[] {
  const known = new Map(own.map((part) => [part[key], part]));
  for (const part of others.flatMap((other) => other ?? []))
    if (!known.has(part[key]))
      known.set(part[key], { ...part, amount: zerosLike(part.amount), ...('ledgers' in part && { ledgers: [] }) });
  return [...known.values()].map((part) => ({
    own: part,
    parts: others.map((other) => other?.find((one) => one[key] === part[key])),
  }));
}
