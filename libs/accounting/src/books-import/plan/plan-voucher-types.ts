import { foldName } from '../../vouchers/same-name.js';
import type { BaseType } from '../../vouchers/voucher-type.entity.js';
import type { ParsedVoucher, ParsedVoucherType } from '../formats/parsed-books.js';
import type { ImportOptions } from '../import-options.js';
import type { KnownBooks, KnownType } from './known-books.js';
import { NameIndex } from './name-index.js';
import { type PlannedRow, planRow, RowRefusal } from './planned-row.js';

const TYPE_NAME_MAX = 80;

/** Tally's own voucher types; null: they move goods, orders or hours, but no money. */
const TALLY_TYPES: Record<string, BaseType | null> = {
  contra: 'contra', payment: 'payment', receipt: 'receipt', journal: 'journal', sales: 'sales', purchase: 'purchase',
  'credit note': 'credit_note', 'debit note': 'debit_note', memorandum: 'memorandum', memo: 'memorandum',
  'reversing journal': 'reversing_journal', payroll: 'journal',
  'sales order': null, 'purchase order': null, 'delivery note': null, 'receipt note': null, 'rejections in': null,
  'rejections out': null, 'stock journal': null, 'physical stock': null, 'material in': null, 'material out': null,
  'job work in order': null, 'job work out order': null, attendance: null,
}; // biome-ignore format: a table

/** A type that vouchers can have. */
export interface PlacedType {
  /** as the company calls it */
  name: string;
  /** undefined: it will be made */
  id?: string;
  baseType: BaseType;
  numbering: KnownType['numbering'];
}

interface Context {
  known: KnownBooks;
  options: ImportOptions;
  vouchers: readonly ParsedVoucher[];
}

/** Voucher types of a file, and those that take numbers of the file where the company's own number by themselves. */
export class VoucherTypePlan {
  readonly rows: PlannedRow[] = [];
  private readonly ofFile: NameIndex<ParsedVoucherType>;
  private readonly placed = new Map<string, PlacedType | RowRefusal>();

  constructor(
    private readonly context: Context,
    types: readonly ParsedVoucherType[],
  ) {
    this.ofFile = new NameIndex(types);
    const used = new Set(context.vouchers.map(({ type }) => foldName(type)));
    for (const type of types)
      if (used.has(foldName(type.name)) || !isOfTally(type)) this.tryToPlace(type.name, type.row);
  }

  /**
   * The type that the file calls so.
   * @throws RowRefusal refused, or left out because it moves no money
   */
  named(name: string, line: number): PlacedType {
    const key = foldName(name);
    const before = this.placed.get(key);
    if (before instanceof RowRefusal) throw before;
    if (before) return before;
    const placed = this.place(name, line);
    this.placed.set(key, placed);
    if (placed instanceof RowRefusal) throw placed;
    return placed;
  }

  private tryToPlace(name: string, line: number): void {
    try {
      this.named(name, line);
    } catch (error) {
      if (!(error instanceof RowRefusal)) throw error;
      if (error.code === 'no_money')
        this.rows.push({
          line,
          kind: 'voucher_type',
          name,
          status: 'left_out',
          code: error.code,
          message: error.message,
        });
    }
  }

  private place(name: string, line: number): PlacedType | RowRefusal {
    const target = this.context.options.names.voucher_types?.[name] ?? name;
    const known = this.context.known.types.find(target);
    const row = this.ofFile.find(name)?.row ?? line;
    if (known && !known.isActive && !known.wasUndone)
      return new RowRefusal(
        'voucher_type_inactive',
        'VOUCHERTYPENAME',
        `The voucher type ${known.name} is not active.`,
      );
    const baseType = known?.baseType ?? this.baseOf(name);
    if (baseType === null)
      return new RowRefusal('no_money', 'VOUCHERTYPENAME', `${name} moves no money; it is left out.`, 'left_out');
    if (baseType === undefined)
      return new RowRefusal(
        'voucher_type_not_found',
        'VOUCHERTYPENAME',
        `There is no voucher type ${JSON.stringify(name)}, neither in the file nor in the books; name it in the mapping.`,
      );
    const keeps = this.context.options.numbers === 'keep';
    if (known && (known.numbering !== 'automatic' || !keeps)) return this.take(known, row);
    return this.make(known ? `${known.name} (imported)` : target, { baseType, row, named: name });
  }

  private take(known: KnownType, line: number): PlacedType {
    const about = { line, kind: 'voucher_type' as const, name: known.name };
    if (known.wasUndone) this.rows.push({ ...about, status: 'ready', payload: { reactivate: known.id } });
    else if (this.ofFile.find(known.name)) this.rows.push({ ...about, status: 'exists', objectId: known.id });
    return known;
  }

  private make(
    name: string,
    { baseType, row, named }: { baseType: BaseType; row: number; named: string },
  ): PlacedType | RowRefusal {
    const known = this.context.known.types.find(name);
    if (known) return this.take(known, row);
    const numbering = this.context.options.numbers === 'keep' ? this.numberingOf(named) : 'automatic';
    const planned = planRow({ line: row, kind: 'voucher_type', name }, () => {
      if (name.length > TYPE_NAME_MAX)
        throw new RowRefusal('name_too_long', 'NAME', `A voucher type's name has at most ${TYPE_NAME_MAX} characters.`);
      return { status: 'ready', payload: { name, base_type: baseType, numbering } };
    });
    this.rows.push(planned);
    if (planned.status === 'ready') return { name, baseType, numbering };
    return new RowRefusal(
      'voucher_type_refused',
      'VOUCHERTYPENAME',
      `The voucher type ${name} is refused: ${planned.message}`,
    );
  }

  /** Where no voucher of the type has a number, none needs one. */
  private numberingOf(name: string): KnownType['numbering'] {
    const folded = foldName(name);
    return this.context.vouchers.some(({ type, number }) => number !== '' && foldName(type) === folded)
      ? 'manual'
      : 'none';
  }

  /** The type at the root, through types of the company's own; undefined: nobody knows. */
  private baseOf(name: string): BaseType | null | undefined {
    const seen = new Set<string>();
    for (
      let at: string | undefined = name;
      at !== undefined && !seen.has(foldName(at));
      at = this.ofFile.find(at)?.base
    ) {
      const folded = foldName(at);
      if (folded in TALLY_TYPES) return TALLY_TYPES[folded];
      const known = this.context.known.types.find(at);
      if (known) return known.baseType;
      seen.add(folded);
    }
    return undefined;
  }
}

/** Tally exports its own types with every file; they are not worth a row when nothing uses them. */
const isOfTally = ({ name, base }: ParsedVoucherType) =>
  foldName(name) in TALLY_TYPES && foldName(name) === foldName(base);
