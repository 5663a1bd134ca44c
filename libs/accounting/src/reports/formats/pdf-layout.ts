import type { ColumnKind, ReportColumn } from '../frame/report-table.js';

const WEIGHTS: Record<ColumnKind, number> = { text: 3, date: 1.2, amount: 1.7, balance: 2, number: 1 };
const GAP = 6;

export interface PlacedColumn {
  column: ReportColumn;
  /** left edge in points */
  x: number;
  /** in points, without the gap to the next one */
  width: number;
}

/** Shares the width between two edges out to the columns by their weights. */
export function layOut(columns: readonly ReportColumn[], left: number, right: number): PlacedColumn[] {
  const weightOf = ({ weight, kind }: ReportColumn) => weight ?? WEIGHTS[kind];
  const total = columns.reduce((sum, column) => sum + weightOf(column), 0);
  let x = left;
  return columns.map((column) => {
    const share = ((right - left) * weightOf(column)) / total;
    const placed = { column, x, width: share - GAP };
    x += share;
    return placed;
  });
}
