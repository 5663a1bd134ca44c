import type { Decimal } from '@finvera/common';
import type { Links } from '../frame/links.js';
import type { Activity } from './activities.js';

/** One line of a cash flow statement: what came in (positive) or went out. */
export interface Flow {
  /** the same in every period */
  key: string;
  activity: Activity;
  title: string;
  amount: Decimal;
  receipts?: Decimal;
  payments?: Decimal;
  links?: Links;
}

export interface CashFlow {
  /** cash and cash equivalents before the period */
  opening: Decimal;
  flows: Flow[];
}
