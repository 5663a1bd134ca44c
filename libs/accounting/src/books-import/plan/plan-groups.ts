import { DEPTH_MAX } from '../../chart/group-place.js';
import { TALLY_CHART } from '../../chart/templates/tally.js';
import { foldName } from '../../vouchers/same-name.js';
import type { ParsedGroup } from '../formats/parsed-books.js';
import type { NameMapping } from '../import-options.js';
import type { KnownBooks, KnownGroup } from './known-books.js';
import { NameIndex } from './name-index.js';
import { type PlannedRow, planRow, RowRefusal } from './planned-row.js';

export const GROUP_NAME_MAX = 120;

/** A group that is there, or will be. */
interface PlacedGroup {
  name: string;
  depth: number;
}

/** Groups of a file: those above come before those below, whatever their order in the file. */
export class GroupPlan {
  readonly rows: PlannedRow[] = [];
  private readonly ofFile: NameIndex<ParsedGroup>;
  private readonly placed = new Map<string, PlacedGroup | RowRefusal>();

  constructor(
    private readonly known: KnownBooks,
    groups: readonly ParsedGroup[],
    private readonly names: NonNullable<NameMapping['groups']> = {},
  ) {
    this.ofFile = new NameIndex(groups);
    for (const group of groups) this.plan(group);
  }

  /**
   * The group that the file calls so.
   * @throws RowRefusal when there is none and there will be none
   */
  named(name: string): string {
    return this.place(name).name;
  }

  private plan(group: ParsedGroup): void {
    const known = this.findKnown(this.nameOf(group.name));
    if (known) {
      this.rows.push({ line: group.row, kind: 'group', name: group.name, status: 'exists', objectId: known.id });
      return;
    }
    if (!this.placed.has(foldName(this.nameOf(group.name)))) this.tryToPlace(group.name);
  }

  private tryToPlace(name: string): void {
    try {
      this.place(name);
    } catch (error) {
      if (!(error instanceof RowRefusal)) throw error; // it stands in the row
    }
  }

  private place(name: string): PlacedGroup {
    const target = this.nameOf(name);
    const key = foldName(target);
    const before = this.placed.get(key);
    if (before instanceof RowRefusal) throw before;
    if (before) return before;
    const known = this.findKnown(target);
    const placed = known ? { name: known.name, depth: this.depthOf(known) } : this.placeNew(name, target, key);
    this.placed.set(key, placed);
    return placed;
  }

  private placeNew(name: string, target: string, key: string): PlacedGroup {
    const group = this.ofFile.find(name);
    if (!group)
      throw new RowRefusal(
        'group_not_found',
        'PARENT',
        `There is no account group ${JSON.stringify(name)}, neither in the file nor in the books.`,
      );
    this.placed.set(key, new RowRefusal('group_cycle', 'PARENT', `The group ${name} stands below itself.`));
    let placed: PlacedGroup | undefined;
    const row = planRow({ line: group.row, kind: 'group', name: target }, () => {
      if (target.length > GROUP_NAME_MAX)
        throw new RowRefusal('name_too_long', 'NAME', `A group's name has at most ${GROUP_NAME_MAX} characters.`);
      const parent = group.parent === null ? null : this.place(group.parent);
      if (parent === null && group.nature === null)
        throw new RowRefusal(
          'group_nature',
          'PARENT',
          `The group ${name} stands under no other, and the file does not say whether it is an asset, a liability, income or expense; make it by hand first.`,
        );
      placed = { name: target, depth: (parent?.depth ?? 0) + 1 };
      if (placed.depth > DEPTH_MAX)
        throw new RowRefusal('group_too_deep', 'PARENT', `Groups stand at most ${DEPTH_MAX} deep.`);
      const { nature, affectsGrossProfit } = group;
      const place = parent ? { parent: parent.name } : { nature, affects_gross_profit: affectsGrossProfit };
      return { status: 'ready', payload: { name: target, ...place } };
    });
    this.rows.push(row);
    if (row.status === 'ready' && placed) return placed;
    const refusal = new RowRefusal(
      'group_refused',
      'PARENT',
      `The group ${name} (line ${group.row}) is refused: ${row.message}`,
    );
    this.placed.set(key, refusal);
    throw refusal;
  }

  private nameOf(name: string): string {
    return this.names[name] ?? name;
  }

  /** By name; Tally's own groups also when they were renamed here. */
  private findKnown(name: string): KnownGroup | undefined {
    const folded = foldName(name);
    const code = TALLY_CHART.groups.find((group) => foldName(group.name) === folded)?.code;
    return this.known.groups.find(name) ?? (code === undefined ? undefined : this.known.groupsByCode.get(code));
  }

  private depthOf(group: KnownGroup): number {
    let depth = 1;
    for (let above = group; above.parentId !== null && depth < DEPTH_MAX; depth += 1)
      above = this.known.groupsById.get(above.parentId)!;
    return depth;
  }
}
