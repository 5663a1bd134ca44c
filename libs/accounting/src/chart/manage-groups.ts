import {
  type Actor,
  assertIfMatch,
  conflict,
  type IdempotencyRequest,
  likePattern,
  malformed,
  newId,
  notFound,
  offsetOf,
  parseSort,
  ruleBroken,
} from '@finvera/common';
import { InjectTenantRepository } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager, Repository } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { AccountGroup } from './account-group.entity.js';
import { findGroup } from './find-group.js';
import {
  type CreateGroupDto,
  type GroupDto,
  type ListGroupsQuery,
  toGroupDto,
  type UpdateGroupDto,
} from './group.dto.js';

/** Deepest nesting of groups. */
const DEPTH_MAX = 20;
const FIELDS = { id: 'parent_id', name: 'parent' };
const SORTABLE = { name: 'name', nature: 'nature', sort_order: 'sortOrder', created_at: 'createdAt' } as const;

/** The tree of account groups. */
@Injectable()
export class ManageGroups {
  constructor(
    @InjectTenantRepository(AccountGroup) private readonly groups: Repository<AccountGroup>,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
  ) {}

  async list(query: ListGroupsQuery): Promise<{ groups: GroupDto[]; total: number }> {
    const sort = parseSort(query.sort, Object.keys(SORTABLE) as (keyof typeof SORTABLE)[], {
      field: 'sort_order',
      direction: 'ASC',
    });
    const find = this.groups.createQueryBuilder('g');
    if (query.search) find.andWhere('g.name LIKE :like', { like: likePattern(query.search) });
    if (query.nature) find.andWhere('g.nature = :nature', { nature: query.nature });
    const [groups, total] = await find
      .orderBy(`g.${SORTABLE[sort.field]}`, sort.direction)
      .addOrderBy('g.name')
      .skip(offsetOf(query))
      .take(query.limit)
      .getManyAndCount();
    return { groups: groups.map(toGroupDto), total };
  }

  async one(id: string): Promise<GroupDto> {
    return toGroupDto(await read(this.groups.manager, id));
  }

  /** @throws DomainError 409 `group_name_taken`, 422 `group_not_found` */
  create(body: CreateGroupDto, actor: Actor, idempotency?: IdempotencyRequest): Promise<GroupDto> {
    return this.transaction.run(
      async (tx) => {
        const parent = await parentOf(tx, body);
        if (parent) await assertDepth(tx, parent);
        await assertNameFree(tx, body.name);
        const id = newId();
        await tx.insert(AccountGroup, {
          id,
          name: body.name,
          parentId: parent?.id ?? null,
          nature: parent?.nature ?? body.nature!,
          affectsGrossProfit: parent?.affectsGrossProfit ?? body.affects_gross_profit ?? false,
          isReserved: false,
          sortOrder: parent?.sortOrder ?? 1_000,
        });
        const group = toGroupDto(await read(tx, id));
        await this.editLog.record(tx, actor, {
          action: 'created',
          objectType: 'account_group',
          objectId: id,
          objectName: group.name,
          after: group,
        });
        return group;
      },
      { idempotency },
    );
  }

  /** @throws DomainError 412 `stale`; 422 `group_cycle`, `group_nature` */
  update(id: string, body: UpdateGroupDto, ifMatch: string | undefined, actor: Actor): Promise<GroupDto> {
    return this.transaction.run(async (tx) => {
      const before = await read(tx, id, true);
      assertIfMatch(ifMatch, before.version);
      if (body.name !== undefined && body.name !== before.name) await assertNameFree(tx, body.name, id);
      const moves = body.parent_id !== undefined || body.parent !== undefined;
      const parent = moves ? await this.newParent(tx, before, body) : undefined;
      await tx.update(AccountGroup, id, {
        ...(body.name !== undefined && { name: body.name }),
        ...(parent && { parentId: parent.id }),
        version: before.version + 1,
      });
      if (parent && parent.nature !== before.nature) await carryNature(tx, id, parent);
      const after = toGroupDto(await read(tx, id));
      await this.editLog.record(tx, actor, {
        action: 'updated',
        objectType: 'account_group',
        objectId: id,
        objectName: after.name,
        before: toGroupDto(before),
        after,
      });
      return after;
    });
  }

  /** @throws DomainError 422 `reserved`, `group_in_use` */
  delete(id: string, actor: Actor): Promise<void> {
    return this.transaction.run(async (tx) => {
      const group = await read(tx, id, true);
      if (group.isReserved)
        throw ruleBroken('reserved', `The group ${group.name} belongs to every chart; rename it if you like.`);
      const [used] = await tx.query(
        'SELECT 1 AS used FROM account_groups WHERE parent_id = ? UNION ALL SELECT 1 FROM ledgers WHERE group_id = ? LIMIT 1',
        [id, id],
      );
      if (used)
        throw ruleBroken('group_in_use', `The group ${group.name} has groups or ledgers below it; move them first.`);
      await tx.delete(AccountGroup, id);
      await this.editLog.record(tx, actor, {
        action: 'deleted',
        objectType: 'account_group',
        objectId: id,
        objectName: group.name,
        before: toGroupDto(group),
      });
    });
  }

  private async newParent(tx: EntityManager, group: AccountGroup, body: UpdateGroupDto): Promise<AccountGroup> {
    const parent = await findGroup(tx, { id: body.parent_id, name: body.parent }, FIELDS);
    if (group.isReserved && parent.id !== group.parentId)
      throw ruleBroken('reserved', `The group ${group.name} belongs to every chart and keeps its place.`);
    await assertNotBelow(tx, parent, group);
    if (parent.nature !== group.nature && (await hasEntries(tx, group.id)))
      throw ruleBroken('group_nature', `The group ${group.name} has entries and cannot become ${parent.nature}.`);
    return parent;
  }
}

async function read(tx: EntityManager, id: string, lock = false): Promise<AccountGroup> {
  const found = /^\d{1,20}$/.test(id)
    ? await tx.findOne(AccountGroup, { where: { id }, ...(lock && { lock: { mode: 'pessimistic_write' as const } }) })
    : null;
  if (!found) throw notFound('account group', id, 'group_not_found');
  return found;
}

async function parentOf(tx: EntityManager, body: CreateGroupDto): Promise<AccountGroup | null> {
  const hasParent = body.parent_id !== undefined || body.parent !== undefined;
  if (hasParent === (body.nature !== undefined))
    throw malformed('send either parent_id (or parent) or, for a primary group, nature', [
      { field: 'parent_id', message: 'either parent_id or nature' },
    ]);
  return hasParent ? findGroup(tx, { id: body.parent_id, name: body.parent }, FIELDS) : null;
}

async function assertNameFree(tx: EntityManager, name: string, except = '0'): Promise<void> {
  const [taken] = await tx.query('SELECT id FROM account_groups WHERE name = ? AND id <> ?', [name, except]);
  if (taken)
    throw conflict('group_name_taken', `There is a group named ${JSON.stringify(name)} already.`, {
      details: [{ field: 'name', message: 'is taken' }],
    });
}

/** Ids from a group up to its primary group. */
async function pathUp(tx: EntityManager, group: AccountGroup): Promise<string[]> {
  const path = [group.id];
  for (let parentId = group.parentId; parentId && path.length <= DEPTH_MAX + 1; ) {
    path.push(parentId);
    const [row]: { parent_id: string | null }[] = await tx.query(
      'SELECT parent_id FROM account_groups WHERE id = ? LOCK IN SHARE MODE',
      [parentId],
    );
    parentId = row?.parent_id ?? null;
  }
  return path;
}

async function assertDepth(tx: EntityManager, parent: AccountGroup): Promise<void> {
  if ((await pathUp(tx, parent)).length >= DEPTH_MAX)
    throw ruleBroken('group_too_deep', `Groups stand at most ${DEPTH_MAX} deep.`);
}

async function assertNotBelow(tx: EntityManager, parent: AccountGroup, group: AccountGroup): Promise<void> {
  if ((await pathUp(tx, parent)).includes(group.id))
    throw ruleBroken('group_cycle', `The group ${group.name} cannot stand under itself.`);
}

/** Ids of a group and all below it. */
async function subtree(tx: EntityManager, id: string): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(
    `WITH RECURSIVE below AS (SELECT id FROM account_groups WHERE id = ?
       UNION SELECT g.id FROM account_groups g JOIN below b ON g.parent_id = b.id) SELECT id FROM below`,
    [id],
  );
  return rows.map((row) => row.id);
}

async function hasEntries(tx: EntityManager, id: string): Promise<boolean> {
  const [entry] = await tx.query(
    'SELECT 1 AS used FROM ledgers l JOIN entries e ON e.ledger_id = l.id WHERE l.group_id IN (?) LIMIT 1',
    [await subtree(tx, id)],
  );
  return entry !== undefined;
}

async function carryNature(tx: EntityManager, id: string, parent: AccountGroup): Promise<void> {
  await tx.query('UPDATE account_groups SET nature = ?, affects_gross_profit = ? WHERE id IN (?)', [
    parent.nature,
    parent.affectsGrossProfit,
    await subtree(tx, id),
  ]);
}
