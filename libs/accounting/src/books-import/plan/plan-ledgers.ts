import type { Decimal } from '@finvera/common';
import { foldName } from '../../vouchers/same-name.js';
import { assertDate } from '../../vouchers/voucher-date.js';
import type { ParsedLedger } from '../formats/parsed-books.js';
import type { ImportOptions } from '../import-options.js';
import type { KnownBooks, KnownLedger } from './known-books.js';
import { NameIndex } from './name-index.js';
import type { GroupPlan } from './plan-groups.js';
import { type PlannedRow, planRow, RowRefusal } from './planned-row.js';
import { type OpeningPayload, openingParts } from './plan-openings.js';
import type { Warnings } from './warnings.js';

const LEDGER_NAME_MAX = 190;
const SUSPENSE = 'suspense';
const PRIMARY = 'primary';
/** Ledgers that every company has, as Tally calls them. */
const RESERVED: Record<string, string> = { cash: 'cash', 'profit & loss a/c': 'profit_and_loss' };
const OPENING_STOCK = { name: 'Opening Stock', group: 'Stock-in-Hand' };

/** A ledger that entries can name. */
export interface PlacedLedger {
  /** as the company calls it */
  name: string;
  billByBill: boolean;
}

interface Context {
  known: KnownBooks;
  groups: GroupPlan;
  options: ImportOptions;
  warnings: Warnings;
  /** names of ledgers, as the file has them, whose entries are split over bills */
  withBills: ReadonlySet<string>;
}

/** Ledgers of a file and their opening balances; and those that vouchers name and nothing explains. */
export class LedgerPlan {
  readonly rows: PlannedRow[] = [];
  /** the ledger that stands for the opening stock of items; null when the file has none */
  stockLedger: string | null = null;
  private readonly placed = new NameIndex<PlacedLedger>();
  private readonly refused = new Map<string, RowRefusal>();
  private readonly opened = new Set<string>();
  /** Tally keeps one ledger there, whatever it is called: Profit & Loss A/c */
  private readonly underPrimary = new Set<string>();

  constructor(private readonly context: Context) {}

  plan(ledgers: readonly ParsedLedger[], openingStock: Decimal): void {
    for (const { name, group } of ledgers) if (foldName(group) === PRIMARY) this.underPrimary.add(foldName(name));
    for (const ledger of ledgers) this.planLedger(ledger);
    for (const ledger of ledgers) this.planOpening(ledger);
    if (!openingStock.isZero()) this.planOpeningStock(ledgers, openingStock);
  }

  /**
   * The ledger that the file calls so.
   * @throws RowRefusal `ledger_not_found`, `ledger_inactive`, `ledger_refused`
   */
  named(name: string, line: number): PlacedLedger {
    const target = this.nameOf(name);
    const refusal = this.refused.get(foldName(target));
    if (refusal) throw refusal;
    const placed = this.placed.find(target);
    if (placed) return placed;
    const known = this.findKnown(target);
    if (known) return this.take(known, line);
    if (this.context.options.missing_masters !== 'suspense')
      throw new RowRefusal(
        'ledger_not_found',
        'LEDGERNAME',
        `There is no ledger ${JSON.stringify(name)}, neither in the file nor in the books; send the masters first, name it in the mapping, or choose missing_masters=suspense.`,
      );
    const group = this.context.known.groupsByCode.get(SUSPENSE)?.name ?? 'Suspense A/c';
    this.context.warnings.add('made_under_suspense', line, `Ledgers that nothing explains are made under ${group}.`);
    return this.make({ row: line, name, target, group });
  }

  /** As the company calls it, or would: also when it is refused. */
  nameOf(name: string): string {
    const mapped = this.context.options.names.ledgers?.[name] ?? name;
    return this.findKnown(mapped)?.name ?? mapped;
  }

  private planLedger({ row, name, group, billByBill, openingBills }: ParsedLedger): void {
    const target = this.nameOf(name);
    const known = this.findKnown(target);
    if (known || this.placed.find(target)) {
      if (known && !known.wasUndone)
        this.rows.push({ line: row, kind: 'ledger', name, status: 'exists', objectId: known.id });
      if (known) this.tryTo(() => this.take(known, row));
      return;
    }
    this.tryTo(() => {
      const placed = this.groupOf(group, row);
      const split = billByBill || openingBills.length > 0;
      this.make({ row, name, target, group: placed, billByBill: split });
    });
  }

  /** A group that nobody knows is Suspense A/c when that was chosen. */
  private groupOf(name: string, line: number): () => string {
    return () => {
      try {
        return this.context.groups.named(name);
      } catch (error) {
        if (!(error instanceof RowRefusal) || this.context.options.missing_masters !== 'suspense') throw error;
        const group = this.context.known.groupsByCode.get(SUSPENSE)!.name;
        this.context.warnings.add(
          'made_under_suspense',
          line,
          `Ledgers that nothing explains are made under ${group}.`,
        );
        return group;
      }
    };
  }

  private make({
    row,
    name,
    target,
    group,
    billByBill = false,
  }: {
    row: number;
    name: string;
    target: string;
    group: string | (() => string);
    billByBill?: boolean;
  }): PlacedLedger {
    const placed = { name: target, billByBill: billByBill || this.context.withBills.has(foldName(name)) };
    const planned = planRow({ line: row, kind: 'ledger', name: target }, () => {
      if (target.length > LEDGER_NAME_MAX)
        throw new RowRefusal('name_too_long', 'NAME', `A ledger's name has at most ${LEDGER_NAME_MAX} characters.`);
      const body = {
        name: target,
        group: typeof group === 'string' ? group : group(),
        bill_by_bill: placed.billByBill,
      };
      return { status: 'ready', payload: body };
    });
    this.rows.push(planned);
    if (planned.status !== 'ready') throw this.refuse(target, row, planned.message ?? '');
    this.placed.add(placed);
    return placed;
  }

  /** A ledger that is there; one that went with an import that was undone comes back. */
  private take(known: KnownLedger, line: number): PlacedLedger {
    if (!known.isActive && !known.wasUndone) {
      const refusal = new RowRefusal('ledger_inactive', 'LEDGERNAME', `The ledger ${known.name} is not active.`);
      this.refused.set(foldName(known.name), refusal);
      throw refusal;
    }
    if (known.wasUndone && !this.placed.find(known.name))
      this.rows.push({ line, kind: 'ledger', name: known.name, status: 'ready', payload: { reactivate: known.id } });
    const placed = { name: known.name, billByBill: known.billByBill };
    if (!this.placed.find(known.name)) this.placed.add(placed);
    return placed;
  }

  private refuse(target: string, line: number, message: string): RowRefusal {
    const refusal = new RowRefusal(
      'ledger_refused',
      'LEDGERNAME',
      `The ledger ${target} (line ${line}) is refused: ${message}`,
    );
    this.refused.set(foldName(target), refusal);
    return refusal;
  }

  private planOpening({ row, name, opening, openingBills }: ParsedLedger): void {
    if (opening === null || opening.isZero()) return;
    const planned = planRow({ line: row, kind: 'opening', name: this.nameOf(name) }, () => {
      const { settings, ledgersByCode } = this.context.known;
      const ledger = this.named(name, row);
      const known = this.findKnown(ledger.name);
      if (this.opened.has(ledger.name))
        throw new RowRefusal('opening_twice', 'OPENINGBALANCE', `The file opens the ledger ${ledger.name} twice.`);
      this.opened.add(ledger.name);
      if (opening.decimalPlaces() > settings.currencyDigits)
        throw new RowRefusal(
          'amount_digits',
          'OPENINGBALANCE',
          `${opening.abs().toFixed()} has more than ${settings.currencyDigits} digits after the point.`,
        );
      if (known && known === ledgersByCode.get('opening_difference'))
        throw new RowRefusal(
          'opening_difference',
          'OPENINGBALANCE',
          `${known.name} carries the difference of all opening balances by itself.`,
          'left_out',
        );
      if (known?.opening.equals(opening)) return { status: 'exists', objectId: known.id };
      if (known && !known.opening.isZero())
        throw new RowRefusal(
          'opening_differs',
          'OPENINGBALANCE',
          `The ledger ${known.name} opens with ${sided(known.opening, settings.currencyDigits)} in the books, in the file with ${sided(opening, settings.currencyDigits)}.`,
        );
      assertDate(settings.booksBegin, { settings, mayOverrideLock: false, field: 'OPENINGBALANCE' });
      const bills = ledger.billByBill
        ? openingParts(opening, openingBills, {
            line: row,
            booksBegin: settings.booksBegin,
            warnings: this.context.warnings,
          })
        : null;
      const payload: OpeningPayload = { ledger: ledger.name, amount: opening.toFixed(), bills };
      return { status: 'ready', payload };
    });
    this.rows.push(planned);
  }

  /** Where a file keeps stock apart from ledgers, its trial balance opens with the value of what lay there. */
  private planOpeningStock(ledgers: readonly ParsedLedger[], opening: Decimal): void {
    const { groups } = this.context;
    const ofStock = (group: string) => groups.named(group) === groups.named(OPENING_STOCK.group);
    if (ledgers.some(({ group, opening: own }) => own !== null && !own.isZero() && this.quietly(() => ofStock(group))))
      return;
    const ledger = { row: 1, ...OPENING_STOCK, opening, billByBill: false, openingBills: [] };
    this.context.warnings.add(
      'opening_stock',
      1,
      `The opening value of stock items stands in the ledger ${OPENING_STOCK.name}.`,
    );
    this.planLedger(ledger);
    this.planOpening(ledger);
    this.stockLedger = this.nameOf(OPENING_STOCK.name);
  }

  private findKnown(name: string): KnownLedger | undefined {
    const folded = foldName(name);
    const code = this.underPrimary.has(folded) ? 'profit_and_loss' : RESERVED[folded];
    return (
      this.context.known.ledgers.find(name) ??
      (code === undefined ? undefined : this.context.known.ledgersByCode.get(code))
    );
  }

  private tryTo(work: () => void): void {
    this.quietly(() => {
      work();
      return true;
    });
  }

  /** What is refused stands in its row. */
  private quietly(work: () => boolean): boolean {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof RowRefusal)) throw error;
      return false;
    }
  }
}

const sided = (amount: Decimal, digits: number) =>
  `${amount.abs().toFixed(digits)} ${amount.isNegative() ? 'credit' : 'debit'}`;
