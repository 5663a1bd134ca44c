import { malformed, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { AccountGroup } from './account-group.entity.js';

/** What others take from the group that they stand in. */
export type FoundGroup = Pick<
  AccountGroup,
  'id' | 'name' | 'parentId' | 'nature' | 'affectsGrossProfit' | 'isReserved' | 'sortOrder'
>;

interface Row extends Omit<FoundGroup, 'affectsGrossProfit' | 'isReserved'> {
  affectsGrossProfit: number;
  isReserved: number;
}

const COLUMNS = `id, name, parent_id AS parentId, nature, affects_gross_profit AS affectsGrossProfit,
  is_reserved AS isReserved, sort_order AS sortOrder`;
// under a shared lock: the group is not deleted or moved before this transaction ends
const BY_ID = `SELECT ${COLUMNS} FROM account_groups WHERE id = ? LOCK IN SHARE MODE`;
const BY_NAME = `SELECT ${COLUMNS} FROM account_groups WHERE name = ? LOCK IN SHARE MODE`;

/**
 * The group that a body names by id or by name.
 * @param fields names of the two body fields, for the refusal
 * @throws DomainError 400 when neither or both are sent, 422 `group_not_found`
 */
export async function findGroup(
  tx: EntityManager,
  { id, name }: { id?: string; name?: string },
  fields: { id: string; name: string },
): Promise<FoundGroup> {
  if ((id === undefined) === (name === undefined))
    throw malformed(`send either ${fields.id} or ${fields.name}`, [
      { field: fields.id, message: `either ${fields.id} or ${fields.name}` },
    ]);
  const [row]: Row[] = await tx.query(id !== undefined ? BY_ID : BY_NAME, [id ?? name]);
  if (!row)
    throw ruleBroken('group_not_found', `There is no account group ${JSON.stringify(id ?? name)}.`, [
      { field: id !== undefined ? fields.id : fields.name, message: 'is not a group of this company' },
    ]);
  return { ...row, affectsGrossProfit: Boolean(row.affectsGrossProfit), isReserved: Boolean(row.isReserved) };
}
