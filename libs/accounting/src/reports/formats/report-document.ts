import type { ReportRow, ReportTable } from '../frame/report-table.js';

/** A report's table with what stands around it on paper. */
export interface ReportDocument extends Omit<ReportTable, 'rows' | 'countRows'> {
  rows: Iterable<ReportRow> | AsyncIterable<ReportRow>;
  company: string;
  /** "INR" */
  currency: string;
  currencyDigits: number;
  /** such as "printed 2026-11-24 15:30 (Asia/Kolkata)" */
  printed: string;
  /** before the paths of links: "https://acme.example.com" */
  origin: string;
}
