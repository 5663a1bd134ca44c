import { amount, type ReportColumn } from './report-table.js';

/** Columns for the figures of other periods. */
export const comparativeColumns = (titles: readonly string[]): ReportColumn[] =>
  titles.map((title, index) => amount(`comparative_${index + 1}`, title));

/** Their cells. */
export const comparativeCells = (comparatives: readonly string[] = []): Record<string, string> =>
  Object.fromEntries(comparatives.map((value, index) => [`comparative_${index + 1}`, value]));
