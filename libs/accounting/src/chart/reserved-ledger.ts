import { type Actor, newId } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { EditLog } from '../edit-log/edit-log.js';

/** A ledger that the program keeps for a purpose of its own. */
export interface ReservedLedger {
  code: string;
  name: string;
  /** code of the group that it is made in */
  group: string;
}

/** Its id; it is made when it is needed for the first time, under another name when its own is taken. */
export async function reservedLedger(
  tx: EntityManager,
  { code, name, group }: ReservedLedger,
  { actor, editLog }: { actor: Actor; editLog: EditLog },
): Promise<string> {
  const find = async (): Promise<string | undefined> => {
    const [row]: { id: string }[] = await tx.query(
      'SELECT id FROM ledgers WHERE reserved_code = ? LOCK IN SHARE MODE',
      [code],
    );
    return row?.id;
  };
  const existing = await find();
  if (existing) return existing;
  const [taken] = await tx.query('SELECT id FROM ledgers WHERE name = ?', [name]);
  const free = taken ? `${name} (${code.replaceAll('_', ' ')})` : name;
  const { affectedRows } = await tx.query(
    `INSERT IGNORE INTO ledgers (id, name, group_id, is_reserved, reserved_code)
       SELECT ?, ?, id, 1, ? FROM account_groups WHERE reserved_code = ?`,
    [newId(), free, code, group],
  );
  const made = await find();
  if (!made) throw new Error(`the ledger ${free} could not be made`);
  if (affectedRows > 0)
    await editLog.record(tx, actor, {
      action: 'created',
      objectType: 'ledger',
      objectId: made,
      objectName: free,
      after: { id: made, name: free, reserved_code: code },
    });
  return made;
}
