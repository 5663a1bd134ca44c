import type { RowResult } from './create-many-tenants.js';

export interface CreateManySummary {
  rows: number;
  created: number;
  existing: number;
  valid: number;
  failed: number;
  not_started: number;
}

export function summaryOf(results: readonly RowResult[]): CreateManySummary {
  const summary = { rows: results.length, created: 0, existing: 0, valid: 0, failed: 0, not_started: 0 };
  for (const { status } of results) summary[status] += 1;
  return summary;
}
