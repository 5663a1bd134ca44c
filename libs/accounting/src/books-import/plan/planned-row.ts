import { DomainError } from '@finvera/common';

export const ROW_KINDS = [
  'unread',
  'group',
  'cost_category',
  'cost_centre',
  'voucher_type',
  'ledger',
  'opening',
  'voucher',
] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/**
 * - ready: will be made · exists: is there · repeated: came with an import before · left_out: touches no books
 * - refused: with the reason · done: made by this import · undone: taken back · kept: could not be taken back
 */
export const ROW_STATUSES = ['ready', 'exists', 'repeated', 'left_out', 'refused', 'done', 'undone', 'kept'] as const;
export type RowStatus = (typeof ROW_STATUSES)[number];

/** One thing of the file, and what becomes of it. */
export interface PlannedRow {
  /** of the file, from 1 */
  line: number;
  kind: RowKind;
  name: string;
  status: RowStatus;
  objectId?: string;
  /** what is to be made */
  payload?: unknown;
  /** element or column that is refused */
  column?: string;
  code?: string;
  message?: string;
}

/** Why a row is not imported, or not as it stands. */
export class RowRefusal extends Error {
  constructor(
    readonly code: string,
    readonly column: string,
    message: string,
    readonly status: 'refused' | 'left_out' = 'refused',
  ) {
    super(message);
  }
}

/** Plans a row; what it refuses stands in the row. */
export function planRow(
  about: Pick<PlannedRow, 'line' | 'kind' | 'name'>,
  plan: () => Omit<PlannedRow, 'line' | 'kind' | 'name'>,
): PlannedRow {
  try {
    return { ...about, ...plan() };
  } catch (error) {
    if (error instanceof RowRefusal)
      return { ...about, status: error.status, column: error.column, code: error.code, message: error.message };
    if (error instanceof DomainError && error.status < 500)
      return { ...about, status: 'refused', code: error.code, message: error.message, column: columnOf(error) };
    throw error;
  }
}

export const columnOf = (error: DomainError): string | undefined =>
  error.details?.[0]?.field.replace(/^vouchers\.\d+\./, '').slice(0, 60);
