import { malformed, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { AccountGroup } from './account-group.entity.js';

const isId = (text: string) => /^\d{1,20}$/.test(text);

/**
 * The group that a body names by id or by name.
 * @param fields names of the two body fields, for the refusal
 * @throws DomainError 400 when neither or both are sent, 422 `group_not_found`
 */
export async function findGroup(
  tx: EntityManager,
  { id, name }: { id?: string; name?: string },
  fields: { id: string; name: string },
): Promise<AccountGroup> {
  if ((id === undefined) === (name === undefined))
    throw malformed(`send either ${fields.id} or ${fields.name}`, [
      { field: fields.id, message: `either ${fields.id} or ${fields.name}` },
    ]);
  const where = id !== undefined ? { id: isId(id) ? id : '0' } : { name };
  // read under a shared lock, so that it is not deleted or moved before this transaction ends
  const group = await tx.findOne(AccountGroup, { where, lock: { mode: 'pessimistic_read' } });
  if (!group)
    throw ruleBroken('group_not_found', `There is no account group ${JSON.stringify(id ?? name)}.`, [
      { field: id !== undefined ? fields.id : fields.name, message: 'is not a group of this company' },
    ]);
  return group;
}
