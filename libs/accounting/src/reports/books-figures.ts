import type { Decimal } from '@finvera/common';
import type { Nature } from '../chart/account-group.entity.js';
import { sum } from './amounts.js';
import type { GroupTree } from './group-tree.js';
import type { LedgerMovement } from './ledger-movements.js';

/** Sums of ledgers by the seeded group that they stand below, or by nature, from movements of one period. */
export class BooksFigures {
  constructor(
    private readonly movements: readonly LedgerMovement[],
    private readonly tree: GroupTree,
  ) {}

  /** What the ledgers below these groups close with, debit positive. */
  closing(...codes: string[]): Decimal {
    return this.of(
      (one) => this.isWithin(one, codes),
      (one) => one.before.plus(one.debit).minus(one.credit),
    );
  }

  /** What they moved, debit positive. */
  moved(...codes: string[]): Decimal {
    return this.of(
      (one) => this.isWithin(one, codes),
      (one) => one.debit.minus(one.credit),
    );
  }

  /** What the ledgers of a nature close with, debit positive. */
  closingOf(nature: Nature): Decimal {
    return this.of(
      (one) => one.nature === nature,
      (one) => one.before.plus(one.debit).minus(one.credit),
    );
  }

  /** What they moved, debit positive; `direct` alone: above gross profit. */
  movedOf(nature: Nature, direct?: boolean): Decimal {
    return this.of(
      (one) =>
        one.nature === nature && (direct === undefined || this.tree.get(one.groupId).affectsGrossProfit === direct),
      (one) => one.debit.minus(one.credit),
    );
  }

  private isWithin({ groupId }: LedgerMovement, codes: readonly string[]): boolean {
    return codes.some((code) => this.tree.isWithin(groupId, code));
  }

  private of(which: (one: LedgerMovement) => boolean, value: (one: LedgerMovement) => Decimal): Decimal {
    return sum(this.movements.filter(which).map(value));
  }
}
