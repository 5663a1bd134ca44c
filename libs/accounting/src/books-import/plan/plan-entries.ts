import { addDays, type Decimal, groupBy, ZERO } from '@finvera/common';
import { foldName } from '../../vouchers/same-name.js';
import { type BillDto, BILLS_MAX, ENTRIES_MAX, type EntryDto } from '../../vouchers/voucher-body.dto.js';
import type { ParsedBill, ParsedEntry, ParsedVoucher } from '../formats/parsed-books.js';
import type { CostCentrePlan } from './plan-cost-centres.js';
import type { LedgerPlan, PlacedLedger } from './plan-ledgers.js';
import { RowRefusal } from './planned-row.js';
import type { Warnings } from './warnings.js';

const BILL_NAME_MAX = 100;

interface Context {
  ledgers: LedgerPlan;
  centres: CostCentrePlan;
  warnings: Warnings;
  digits: number;
}

/** Entries of a file's vouchers as the books have them: each on one side, its bills on the same. */
export class EntryPlan {
  /** new references so far: the books have each name once, Tally adds to it when it comes again */
  private readonly newReferences = new Set<string>();

  constructor(private readonly context: Context) {}

  /** @throws RowRefusal */
  entriesOf(voucher: ParsedVoucher): EntryDto[] {
    const sum = voucher.entries.reduce((total, { amount }) => total.plus(amount), ZERO);
    if (!sum.isZero())
      throw new RowRefusal('voucher_unbalanced', 'AMOUNT', `Debits and credits differ by ${sum.abs().toFixed()}.`);
    const bodies = voucher.entries.flatMap((entry) => this.entryOf(entry, voucher));
    if (bodies.length < 2)
      throw new RowRefusal('voucher_unbalanced', 'AMOUNT', 'It has fewer than two entries with an amount.');
    if (bodies.length > ENTRIES_MAX)
      throw new RowRefusal(
        'too_many_entries',
        'AMOUNT',
        `A voucher has at most ${ENTRIES_MAX} entries, not ${bodies.length}.`,
      );
    return bodies;
  }

  private entryOf(entry: ParsedEntry, voucher: ParsedVoucher): EntryDto[] {
    const { row: line } = voucher;
    const ledger = this.context.ledgers.named(entry.ledger, line);
    if (entry.amount.decimalPlaces() > this.context.digits)
      throw new RowRefusal(
        'amount_digits',
        'AMOUNT',
        `${entry.amount.abs().toFixed()} has more than ${this.context.digits} digits after the point.`,
      );
    const costs = this.costsOf(entry, line);
    if (entry.bills.length === 0 || !ledger.billByBill) {
      if (entry.bills.length > 0)
        this.context.warnings.add(
          'bills_left_out',
          line,
          'Bills of ledgers that are not kept bill by bill here are left out.',
        );
      return [{ ...sided(ledger, entry.amount), ...costs }];
    }
    return this.splitByBills(entry, { ledger, voucher, costs });
  }

  /** Bills on both sides are two entries: what an entry is split into stands on its side. */
  private splitByBills(
    { amount, bills }: ParsedEntry,
    { ledger, voucher, costs }: { ledger: PlacedLedger; voucher: ParsedVoucher; costs: Pick<EntryDto, 'cost_centres'> },
  ): EntryDto[] {
    if (bills.length > BILLS_MAX)
      throw new RowRefusal('too_many_bills', 'BILLALLOCATIONS', `An entry has at most ${BILLS_MAX} bills.`);
    const rest = amount.minus(bills.reduce((sum, bill) => sum.plus(bill.amount), ZERO));
    const named = bills.map((bill) => ({ amount: bill.amount, part: this.billOf(bill, ledger.name, voucher) }));
    const parts = rest.isZero() ? named : [...named, { amount: rest, part: ON_ACCOUNT }];
    const sides = [...groupBy(parts, (part) => part.amount.isNegative()).values()];
    if (!rest.isZero() && rest.isNegative() !== amount.isNegative())
      throw new RowRefusal(
        'bills_do_not_add_up',
        'BILLALLOCATIONS',
        `The bills are ${rest.abs().toFixed()} more than the entry.`,
      );
    if (sides.length > 1 && costs.cost_centres)
      throw new RowRefusal(
        'bills_on_both_sides',
        'BILLALLOCATIONS',
        'An entry whose bills stand on both sides cannot have cost centres.',
      );
    return sides.map((side) => ({
      ...sided(
        ledger,
        side.reduce((sum, part) => sum.plus(part.amount), ZERO),
      ),
      bills: side.map((part): BillDto => ({ ...part.part, amount: part.amount.abs().toFixed() })),
      ...costs,
    }));
  }

  private billOf(bill: ParsedBill, ledger: string, { row, date }: ParsedVoucher): Omit<BillDto, 'amount'> {
    const { type, name, amount, creditDays } = bill;
    if (type === 'on_account' || name === '') return ON_ACCOUNT;
    if (name.length > BILL_NAME_MAX)
      throw new RowRefusal(
        'name_too_long',
        'BILLALLOCATIONS',
        `A bill's name has at most ${BILL_NAME_MAX} characters.`,
      );
    if (amount.decimalPlaces() > this.context.digits)
      throw new RowRefusal(
        'amount_digits',
        'BILLALLOCATIONS',
        `${amount.abs().toFixed()} has too many digits after the point.`,
      );
    if (type !== 'new_ref') return { type, name };
    if (!this.isNew(ledger, name)) {
      this.context.warnings.add('bill_came_again', row, 'A new reference whose name came before adds to that bill.');
      return { type: 'agst_ref', name };
    }
    return { type, name, ...(creditDays !== null && { due_date: addDays(bill.date ?? date, creditDays) }) };
  }

  /** Whether the file brings a reference up for the first time; openings do it, too. */
  isNew(ledger: string, name: string): boolean {
    const key = `${foldName(ledger)} ${foldName(name)}`;
    if (this.newReferences.has(key)) return false;
    this.newReferences.add(key);
    return true;
  }

  private costsOf({ costCentres, amount }: ParsedEntry, line: number): Pick<EntryDto, 'cost_centres'> {
    if (costCentres.length === 0) return {};
    const parts = costCentres
      .filter((part) => !part.amount.isZero())
      .map((part) => ({ ...part, centre: this.context.centres.named(part.name, { line, category: part.category }) }));
    for (const [category, some] of groupBy(parts, ({ centre }) => centre.category)) {
      const sum = some.reduce((total, part) => total.plus(part.amount), ZERO);
      if (!sum.equals(amount) || some.some((part) => part.amount.isNegative() !== amount.isNegative()))
        throw new RowRefusal(
          'cost_centres_do_not_add_up',
          'CATEGORYALLOCATIONS',
          `The cost centres of ${category} add up to ${sum.abs().toFixed()}, but the entry is ${amount.abs().toFixed()}.`,
        );
    }
    return {
      cost_centres: parts.map(({ centre, amount: part }) => ({
        cost_centre: centre.name,
        amount: part.abs().toFixed(),
      })),
    };
  }
}

const ON_ACCOUNT = { type: 'on_account' as const };

const sided = ({ name }: PlacedLedger, amount: Decimal): EntryDto =>
  amount.isNegative() ? { ledger: name, credit: amount.abs().toFixed() } : { ledger: name, debit: amount.toFixed() };
