import { type Actor, newId, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { EditLog } from '../edit-log/edit-log.js';

const CODE = 'exchange_difference';
const NAME = 'Exchange Gain / Loss';

/**
 * The ledger that takes gains and losses: the one that is named, or *Exchange Gain / Loss* below Indirect Expenses, made
 * when it is needed for the first time.
 * @throws DomainError 422 `ledger_not_found`
 */
export async function exchangeDifferenceLedger(
  tx: EntityManager,
  named: { id?: string; name?: string },
  { actor, editLog }: { actor: Actor; editLog: EditLog },
): Promise<string> {
  const find = async (): Promise<string | undefined> => {
    const [row]: { id: string }[] =
      (named.id ?? named.name)
        ? await tx.query('SELECT id FROM ledgers WHERE id = ? OR name = ? LOCK IN SHARE MODE', [
            named.id ?? '0',
            named.name ?? null,
          ])
        : await tx.query('SELECT id FROM ledgers WHERE reserved_code = ? LOCK IN SHARE MODE', [CODE]);
    return row?.id;
  };
  const existing = await find();
  if (existing) return existing;
  if (named.id ?? named.name)
    throw ruleBroken('ledger_not_found', `There is no ledger ${JSON.stringify(named.id ?? named.name)}.`, [
      { field: named.id ? 'ledger_id' : 'ledger', message: 'is not a ledger of this company' },
    ]);
  const [taken] = await tx.query('SELECT id FROM ledgers WHERE name = ?', [NAME]);
  const name = taken ? `${NAME} (differences)` : NAME;
  const { affectedRows } = await tx.query(
    `INSERT IGNORE INTO ledgers (id, name, group_id, is_reserved, reserved_code)
       SELECT ?, ?, id, 1, ? FROM account_groups WHERE reserved_code = 'indirect_expenses'`,
    [newId(), name, CODE],
  );
  const made = await find();
  if (!made)
    throw ruleBroken('ledger_not_found', 'Name a ledger for gains and losses.', [
      { field: 'ledger', message: 'is required' },
    ]);
  if (affectedRows > 0)
    await editLog.record(tx, actor, {
      action: 'created',
      objectType: 'ledger',
      objectId: made,
      objectName: name,
      after: { id: made, name, reserved_code: CODE },
    });
  return made;
}
