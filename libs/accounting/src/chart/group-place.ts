import { malformed, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { AccountGroup, Nature } from './account-group.entity.js';
import { type FoundGroup, findGroup } from './find-group.js';
import type { UpdateGroupDto } from './group.dto.js';

/** Deepest nesting of groups. */
export const DEPTH_MAX = 20;
export const PARENT_FIELDS = { id: 'parent_id', name: 'parent' };

/** Where a group stands in the tree, and what it takes from there. */
export interface GroupPlace {
  parentId: string | null;
  nature: Nature;
  affectsGrossProfit: boolean;
}

/**
 * The place that a change gives to a group: under another one, or at the top with a nature; unchanged when it says
 * nothing of it.
 * @throws DomainError 400; 422 `group_not_found`, `reserved`, `group_cycle`, `group_too_deep`, `group_nature`
 */
export async function newPlace(tx: EntityManager, group: AccountGroup, body: UpdateGroupDto): Promise<GroupPlace> {
  const hasParent = body.parent_id !== undefined || body.parent !== undefined;
  if (hasParent && body.nature !== undefined)
    throw malformed('send either parent_id (or parent) or, for a primary group, nature', [
      { field: 'nature', message: 'follows the parent' },
    ]);
  const place = hasParent ? await placeUnder(tx, group, body) : placeAtTop(group, body);
  const moves = place.parentId !== group.parentId || place.nature !== group.nature;
  if (group.isReserved && (moves || place.affectsGrossProfit !== group.affectsGrossProfit))
    throw ruleBroken('reserved', `The group ${group.name} belongs to every chart and keeps its place.`);
  if (place.nature !== group.nature && (await hasEntries(tx, group.id)))
    throw ruleBroken('group_nature', `The group ${group.name} has entries and cannot become ${place.nature}.`);
  return place;
}

function placeAtTop(group: AccountGroup, { nature, affects_gross_profit }: UpdateGroupDto): GroupPlace {
  if (nature === undefined && affects_gross_profit !== undefined && group.parentId !== null)
    throw malformed('affects_gross_profit follows the group above; send it for primary groups', [
      { field: 'affects_gross_profit', message: 'follows the group above' },
    ]);
  return {
    parentId: nature === undefined ? group.parentId : null,
    nature: nature ?? group.nature,
    affectsGrossProfit: affects_gross_profit ?? group.affectsGrossProfit,
  };
}

async function placeUnder(tx: EntityManager, group: AccountGroup, body: UpdateGroupDto): Promise<GroupPlace> {
  const parent = await findGroup(tx, { id: body.parent_id, name: body.parent }, PARENT_FIELDS);
  const path = await pathUp(tx, parent);
  if (path.includes(group.id))
    throw ruleBroken('group_cycle', `The group ${group.name} cannot stand under itself.`, [
      { field: 'parent_id', message: 'is the group itself or stands below it' },
    ]);
  const { height } = await below(tx, group.id);
  if (path.length + height > DEPTH_MAX) throw tooDeep();
  return { parentId: parent.id, nature: parent.nature, affectsGrossProfit: parent.affectsGrossProfit };
}

/** @throws DomainError 422 `group_too_deep` when nothing more can stand under the group */
export async function assertDepth(tx: EntityManager, parent: FoundGroup): Promise<void> {
  if ((await pathUp(tx, parent)).length >= DEPTH_MAX) throw tooDeep();
}

const tooDeep = () => ruleBroken('group_too_deep', `Groups stand at most ${DEPTH_MAX} deep.`);

/** All groups below a group have its nature, and stand above or below gross profit with it. */
export async function carryDown(tx: EntityManager, group: AccountGroup, place: GroupPlace): Promise<void> {
  if (place.nature === group.nature && place.affectsGrossProfit === group.affectsGrossProfit) return;
  const { ids } = await below(tx, group.id);
  await tx.query('UPDATE account_groups SET nature = ?, affects_gross_profit = ? WHERE id IN (?)', [
    place.nature,
    place.affectsGrossProfit,
    ids,
  ]);
}

/**
 * Ids from a group up to its primary group, each locked against moving: of two moves that would close a circle
 * together, one waits and sees the other.
 */
async function pathUp(tx: EntityManager, group: FoundGroup): Promise<string[]> {
  const path = [group.id];
  for (let parentId = group.parentId; parentId !== null && !path.includes(parentId); ) {
    path.push(parentId);
    const [row]: { parent_id: string | null }[] = await tx.query(
      'SELECT parent_id FROM account_groups WHERE id = ? LOCK IN SHARE MODE',
      [parentId],
    );
    parentId = row?.parent_id ?? null;
  }
  return path;
}

/** A group and all below it, and how many levels that are. */
async function below(tx: EntityManager, id: string): Promise<{ ids: string[]; height: number }> {
  const rows: { id: string; level: number }[] = await tx.query(
    `WITH RECURSIVE below AS (SELECT id, 1 AS level FROM account_groups WHERE id = ?
       UNION ALL SELECT g.id, b.level + 1 FROM account_groups g JOIN below b ON g.parent_id = b.id WHERE b.level <= ?)
     SELECT id, level FROM below`,
    [id, DEPTH_MAX],
  );
  return { ids: rows.map((row) => row.id), height: Math.max(...rows.map(({ level }) => Number(level))) };
}

/** Waits for those who are posting to a ledger of the group, and lets nobody post before this transaction ends. */
async function hasEntries(tx: EntityManager, id: string): Promise<boolean> {
  const { ids } = await below(tx, id);
  const ledgers: { id: string }[] = await tx.query('SELECT id FROM ledgers WHERE group_id IN (?) FOR UPDATE', [ids]);
  if (ledgers.length === 0) return false;
  const entries = await tx.query('SELECT 1 AS used FROM entries WHERE ledger_id IN (?) LIMIT 1 LOCK IN SHARE MODE', [
    ledgers.map((ledger) => ledger.id),
  ]);
  return entries.length > 0;
}
