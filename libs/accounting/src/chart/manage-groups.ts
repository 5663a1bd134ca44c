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
import { refuseDuplicate, refuseReferenced } from './duplicate-key.js';
import { type FoundGroup, findGroup } from './find-group.js';
import {
  type CreateGroupDto,
  type GroupDto,
  type ListGroupsQuery,
  toGroupDto,
  type UpdateGroupDto,
} from './group.dto.js';
import { assertDepth, carryDown, newPlace, PARENT_FIELDS } from './group-place.js';

/** Place of a company's own primary groups: behind the seeded ones. */
const LAST = 1_000;
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
    return this.transaction.run((tx) => this.createWithin(tx, body, actor), { idempotency });
  }

  /** The same within a transaction that is under way. */
  async createWithin(tx: EntityManager, body: CreateGroupDto, actor: Actor): Promise<GroupDto> {
    const parent = await parentOf(tx, body);
    if (parent) await assertDepth(tx, parent);
    await assertNameFree(tx, body.name);
    const id = newId();
    const group = {
      id,
      name: body.name,
      parentId: parent?.id ?? null,
      nature: parent?.nature ?? body.nature!,
      affectsGrossProfit: parent?.affectsGrossProfit ?? body.affects_gross_profit ?? false,
      isReserved: false,
      sortOrder: parent?.sortOrder ?? LAST,
    };
    await refuseDuplicate(tx.insert(AccountGroup, group), nameTaken(body.name));
    const created = toGroupDto(await read(tx, id));
    await this.editLog.record(tx, actor, {
      action: 'created',
      objectType: 'account_group',
      objectId: id,
      objectName: created.name,
      after: created,
    });
    return created;
  }

  /** @throws DomainError 409 `group_name_taken`; 412 `stale`; 422 `reserved`, `group_cycle`, `group_nature`, `group_too_deep` */
  update(id: string, body: UpdateGroupDto, ifMatch: string | undefined, actor: Actor): Promise<GroupDto> {
    return this.transaction.run(async (tx) => {
      const before = await read(tx, id, true);
      assertIfMatch(ifMatch, before.version);
      if (body.name !== undefined && body.name !== before.name) await assertNameFree(tx, body.name, id);
      const place = await newPlace(tx, before, body);
      const change = {
        ...(body.name !== undefined && { name: body.name }),
        parentId: place.parentId,
        version: before.version + 1,
      };
      await refuseDuplicate(tx.update(AccountGroup, id, change), nameTaken(body.name ?? before.name));
      await carryDown(tx, before, place);
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
    return this.transaction.run((tx) => this.deleteWithin(tx, id, actor));
  }

  /** The same within a transaction that is under way. */
  async deleteWithin(tx: EntityManager, id: string, actor: Actor): Promise<void> {
    const group = await read(tx, id, true);
    if (group.isReserved)
      throw ruleBroken('reserved', `The group ${group.name} belongs to every chart; rename it if you like.`);
    const [used] = await tx.query(
      'SELECT 1 AS used FROM account_groups WHERE parent_id = ? UNION ALL SELECT 1 FROM ledgers WHERE group_id = ? LIMIT 1',
      [id, id],
    );
    if (used)
      throw ruleBroken('group_in_use', `The group ${group.name} has groups or ledgers below it; move them first.`);
    await refuseReferenced(tx.delete(AccountGroup, id), () =>
      ruleBroken('group_in_use', `The group ${group.name} is named elsewhere, as in a budget.`),
    );
    await this.editLog.record(tx, actor, {
      action: 'deleted',
      objectType: 'account_group',
      objectId: id,
      objectName: group.name,
      before: toGroupDto(group),
    });
  }
}

async function read(tx: EntityManager, id: string, lock = false): Promise<AccountGroup> {
  const found = /^\d{1,20}$/.test(id)
    ? await tx.findOne(AccountGroup, { where: { id }, ...(lock && { lock: { mode: 'pessimistic_write' as const } }) })
    : null;
  if (!found) throw notFound('account group', id, 'group_not_found');
  return found;
}

async function parentOf(tx: EntityManager, body: CreateGroupDto): Promise<FoundGroup | null> {
  const hasParent = body.parent_id !== undefined || body.parent !== undefined;
  if (hasParent === (body.nature !== undefined))
    throw malformed('send either parent_id (or parent) or, for a primary group, nature', [
      { field: 'parent_id', message: 'either parent_id or nature' },
    ]);
  return hasParent ? findGroup(tx, { id: body.parent_id, name: body.parent }, PARENT_FIELDS) : null;
}

const nameTaken = (name: string) => ({
  account_groups_name: () =>
    conflict('group_name_taken', `There is a group named ${JSON.stringify(name)} already.`, {
      details: [{ field: 'name', message: 'is taken' }],
    }),
});

async function assertNameFree(tx: EntityManager, name: string, except = '0'): Promise<void> {
  const [taken] = await tx.query('SELECT id FROM account_groups WHERE name = ? AND id <> ?', [name, except]);
  if (taken) throw nameTaken(name).account_groups_name();
}
