import { type Actor, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { reservedLedger } from '../chart/reserved-ledger.js';
import type { EditLog } from '../edit-log/edit-log.js';

const DEFAULT = { code: 'exchange_difference', name: 'Exchange Gain / Loss', group: 'indirect_expenses' };

/**
 * The ledger that takes gains and losses: the one that is named, or *Exchange Gain / Loss* below Indirect Expenses.
 * @throws DomainError 422 `ledger_not_found`
 */
export async function exchangeDifferenceLedger(
  tx: EntityManager,
  { id, name }: { id?: string; name?: string },
  options: { actor: Actor; editLog: EditLog },
): Promise<string> {
  if (id === undefined && name === undefined) return reservedLedger(tx, DEFAULT, options);
  const [row]: { id: string }[] = await tx.query('SELECT id FROM ledgers WHERE id = ? OR name = ? LOCK IN SHARE MODE', [
    id ?? '0',
    name ?? null,
  ]);
  if (row) return row.id;
  throw ruleBroken('ledger_not_found', `There is no ledger ${JSON.stringify(id ?? name)}.`, [
    { field: id ? 'ledger_id' : 'ledger', message: 'is not a ledger of this company' },
  ]);
}
