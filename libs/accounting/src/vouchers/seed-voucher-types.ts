import { newId } from '@finvera/common';
import type { SqlSession } from '../schema/sql-session.js';
import type { BaseType } from './voucher-type.entity.js';

const SEEDED: [name: string, base: BaseType, numbering: 'automatic' | 'none'][] = [
  ['Contra', 'contra', 'automatic'],
  ['Payment', 'payment', 'automatic'],
  ['Receipt', 'receipt', 'automatic'],
  ['Journal', 'journal', 'automatic'],
  ['Sales', 'sales', 'automatic'],
  ['Purchase', 'purchase', 'automatic'],
  ['Credit Note', 'credit_note', 'automatic'],
  ['Debit Note', 'debit_note', 'automatic'],
  ['Memorandum', 'memorandum', 'automatic'],
  ['Reversing Journal', 'reversing_journal', 'automatic'],
  ['Opening Balance', 'opening', 'none'],
];

/** The voucher types of a new company; those that exist stay as they are. */
export async function seedVoucherTypes(session: SqlSession): Promise<void> {
  await session.query('INSERT IGNORE INTO voucher_types (id, name, base_type, numbering, is_reserved) VALUES ?', [
    SEEDED.map(([name, base, numbering]) => [newId(), name, base, numbering, true]),
  ]);
}
