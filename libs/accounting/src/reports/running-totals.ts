import { Decimal, fractionDigits } from '@finvera/common';

/** Sums of the columns of rows that pass by. */
export class RunningTotals {
  private readonly sums: Map<string, Decimal>;
  private digits = 0;

  constructor(fields: readonly string[]) {
    this.sums = new Map(fields.map((field) => [field, new Decimal(0)]));
  }

  /** @param cells plain decimals; null counts as nothing */
  add(cells: Readonly<Record<string, string | null>>): void {
    for (const [field, sum] of this.sums) {
      const cell = cells[field];
      if (!cell) continue;
      this.digits = Math.max(this.digits, fractionDigits(cell));
      this.sums.set(field, sum.plus(cell));
    }
  }

  of(field: string): Decimal {
    return this.sums.get(field)!;
  }

  cells(): Record<string, string> {
    return Object.fromEntries([...this.sums].map(([field, sum]) => [field, sum.toFixed(this.digits)]));
  }
}
