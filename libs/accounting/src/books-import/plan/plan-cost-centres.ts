import { DEPTH_MAX, PRIMARY_CATEGORY } from '../../cost-centres/manage-cost-centres.js';
import { foldName } from '../../vouchers/same-name.js';
import type { ParsedCostCentre } from '../formats/parsed-books.js';
import type { ImportOptions } from '../import-options.js';
import type { KnownBooks } from './known-books.js';
import { NameIndex } from './name-index.js';
import { type PlannedRow, planRow, RowRefusal } from './planned-row.js';

const CENTRE_NAME_MAX = 120;

export interface PlacedCentre {
  /** as the company calls it */
  name: string;
  category: string;
  depth: number;
}

export interface CentrePayload {
  name: string;
  category: string;
  parent: string | null;
}

/** Cost centres of a file with their categories: those above come first. */
export class CostCentrePlan {
  readonly rows: PlannedRow[] = [];
  private readonly ofFile: NameIndex<ParsedCostCentre>;
  private readonly placed = new Map<string, PlacedCentre | RowRefusal>();
  private readonly categories = new Map<string, string>();

  constructor(
    private readonly context: { known: KnownBooks; options: ImportOptions },
    centres: readonly ParsedCostCentre[],
  ) {
    this.ofFile = new NameIndex(centres);
    for (const { name, row, category } of centres)
      try {
        this.named(name, { line: row, category });
      } catch (error) {
        if (!(error instanceof RowRefusal)) throw error; // it stands in the row
      }
  }

  /**
   * The cost centre that the file calls so.
   * @throws RowRefusal `cost_centre_not_found`, `cost_centre_inactive`, `cost_centre_refused`
   */
  named(name: string, { line, category }: { line: number; category: string | null }): PlacedCentre {
    const target = this.context.options.names.cost_centres?.[name] ?? name;
    const key = foldName(target);
    const before = this.placed.get(key);
    if (before instanceof RowRefusal) throw before;
    if (before) return before;
    this.placed.set(key, new RowRefusal('cost_centre_place', 'PARENT', `The cost centre ${name} stands below itself.`));
    const placed = this.place(name, target, { line, category });
    this.placed.set(key, placed);
    if (placed instanceof RowRefusal) throw placed;
    return placed;
  }

  private place(
    name: string,
    target: string,
    { line, category }: { line: number; category: string | null },
  ): PlacedCentre | RowRefusal {
    const known = this.context.known.centres.find(target);
    const ofFile = this.ofFile.find(name);
    const about = { line: ofFile?.row ?? line, kind: 'cost_centre' as const, name: target };
    if (known) {
      if (!known.isActive && !known.wasUndone)
        return new RowRefusal('cost_centre_inactive', 'COSTCENTRE', `The cost centre ${known.name} is not active.`);
      if (known.wasUndone) this.rows.push({ ...about, status: 'ready', payload: { reactivate: known.id } });
      else if (ofFile) this.rows.push({ ...about, status: 'exists', objectId: known.id });
      return { name: known.name, category: known.category, depth: 1 };
    }
    if (!ofFile && this.context.options.missing_masters !== 'suspense')
      return new RowRefusal(
        'cost_centre_not_found',
        'COSTCENTRE',
        `There is no cost centre ${JSON.stringify(name)}, neither in the file nor in the books.`,
      );
    let placed: PlacedCentre | undefined;
    const row = planRow(about, () => {
      if (target.length > CENTRE_NAME_MAX)
        throw new RowRefusal(
          'name_too_long',
          'NAME',
          `A cost centre's name has at most ${CENTRE_NAME_MAX} characters.`,
        );
      const parent = ofFile?.parent ? this.named(ofFile.parent, { line, category }) : null;
      const depth = (parent?.depth ?? 0) + 1;
      if (depth > DEPTH_MAX)
        throw new RowRefusal('cost_centre_place', 'PARENT', `Cost centres stand at most ${DEPTH_MAX} deep.`);
      placed = {
        name: target,
        category: parent?.category ?? this.category(ofFile?.category ?? category, about.line),
        depth,
      };
      const payload: CentrePayload = { name: target, category: placed.category, parent: parent?.name ?? null };
      return { status: 'ready', payload };
    });
    this.rows.push(row);
    return (
      placed ??
      new RowRefusal('cost_centre_refused', 'COSTCENTRE', `The cost centre ${target} is refused: ${row.message}`)
    );
  }

  /** The company's category of that name; it comes before its first centre. */
  private category(given: string | null, line: number): string {
    const name = given ?? PRIMARY_CATEGORY;
    const key = foldName(name);
    const before = this.context.known.categories.find(name)?.name ?? this.categories.get(key);
    if (before !== undefined) return before;
    this.categories.set(key, name);
    this.rows.push({ line, kind: 'cost_category', name, status: 'ready', payload: { name } });
    return name;
  }
}
