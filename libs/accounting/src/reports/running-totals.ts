import { Decimal, fractionDigits } from '@finvera/common';

/** Sums of the columns of rows that pass by. */
export class RunningTotals {
  private readonly sums: Map<string, Decimal>;
  private digits: number;

  /** @param like an amount with as many digits after the point as the sums shall have; default: as the rows have */
  constructor(fields: readonly string[], like = '0') {
    this.sums = new Map(fields.map((field) => [field, new Decimal(0)]));
    this.digits = fractionDigits(like);
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

  /** Opening, and debits less credits so far. */
  net(opening: string): string {
    return this.sums.get('debit')!.minus(this.sums.get('credit')!).plus(opening).toFixed(this.digits);
  }

  cells(): Record<string, string> {
    return Object.fromEntries([...this.sums].map(([field, sum]) => [field, sum.toFixed(this.digits)]));
  }
}
