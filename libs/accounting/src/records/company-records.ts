import {
  type Actor,
  assertIfMatch,
  conflict,
  type IdempotencyRequest,
  likePattern,
  notFound,
  offsetOf,
  type PageQuery,
  parseSort,
  ruleBroken,
} from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { type EntityManager, type EntityTarget, Not, type ObjectLiteral } from 'typeorm';
import { refuseDuplicate, refuseReferenced } from '../chart/duplicate-key.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';

/** What every named record of a company has. */
export interface NamedRecord extends ObjectLiteral {
  id: string;
  name: string;
  version: number;
}

/** How one kind of record is stored and spoken of. */
export interface RecordKind<Row extends NamedRecord, Dto> {
  entity: EntityTarget<Row>;
  /** "cost_centre": object type in the edit log, and stem of the codes `cost_centre_not_found`, `cost_centre_name_taken` */
  type: string;
  /** "cost centre" */
  what: string;
  /** unique key of its table over the name */
  nameKey: string;
  toDto(row: Row): Dto;
}

/** Stores named records with what they all need: a free name, versions, the edit log. */
@Injectable()
export class CompanyRecords {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
  ) {}

  /** By name, page by page; `search` looks into the name. */
  async list<Row extends NamedRecord, Dto>(
    kind: RecordKind<Row, Dto>,
    query: PageQuery,
    filter: Readonly<Record<string, string | boolean | undefined>> = {},
  ): Promise<{ records: Dto[]; total: number }> {
    const sort = parseSort(query.sort, ['name', 'created_at'] as const, { field: 'name', direction: 'ASC' });
    const find = this.dataSource.getRepository(kind.entity).createQueryBuilder('r');
    if (query.search) find.andWhere('r.name LIKE :like', { like: likePattern(query.search) });
    for (const [property, value] of Object.entries(filter))
      if (value !== undefined) find.andWhere({ [property]: value });
    const [rows, total] = await find
      .orderBy(sort.field === 'name' ? 'r.name' : 'r.createdAt', sort.direction)
      .addOrderBy('r.id')
      .skip(offsetOf(query))
      .take(query.limit)
      .getManyAndCount();
    return { records: rows.map((row) => kind.toDto(row)), total };
  }

  /** @throws DomainError 404 `<type>_not_found` */
  async one<Row extends NamedRecord, Dto>(kind: RecordKind<Row, Dto>, id: string): Promise<Dto> {
    return kind.toDto(await readRecord(this.dataSource.manager, kind, id));
  }

  /** @throws DomainError 409 `<type>_name_taken`, and what `row` throws */
  create<Row extends NamedRecord, Dto>(
    kind: RecordKind<Row, Dto>,
    row: (tx: EntityManager) => Promise<NewRecord<Row>>,
    { idempotency, ...by }: { actor: Actor; idempotency?: IdempotencyRequest; after?: AfterWrite },
  ): Promise<Dto> {
    return this.transaction.run(async (tx) => this.createWithin(tx, kind, { ...by, values: await row(tx) }), {
      idempotency,
    });
  }

  /** The same within a transaction that is under way. */
  async createWithin<Row extends NamedRecord, Dto>(
    tx: EntityManager,
    kind: RecordKind<Row, Dto>,
    { values, actor, after }: { values: NewRecord<Row>; actor: Actor; after?: AfterWrite },
  ): Promise<Dto> {
    await assertNameFree(tx, kind, values.name);
    await refuseDuplicate(tx.insert(kind.entity, values as never), taken(kind, values.name));
    await after?.(tx, values.id);
    const created = kind.toDto(await readRecord(tx, kind, values.id));
    await this.editLog.record(tx, actor, {
      action: 'created',
      objectType: kind.type,
      objectId: values.id,
      objectName: values.name,
      after: created,
    });
    return created;
  }

  /** @throws DomainError 404, 409 `<type>_name_taken`, 412 `stale`, and what `change` throws */
  update<Row extends NamedRecord, Dto>(
    kind: RecordKind<Row, Dto>,
    id: string,
    change: Change<Row>,
    by: { actor: Actor; ifMatch?: string; after?: AfterWrite },
  ): Promise<Dto> {
    return this.transaction.run((tx) => this.updateWithin(tx, kind, { ...by, id, change }));
  }

  /** The same within a transaction that is under way. */
  async updateWithin<Row extends NamedRecord, Dto>(
    tx: EntityManager,
    kind: RecordKind<Row, Dto>,
    {
      id,
      change,
      actor,
      ifMatch,
      after: write,
    }: { id: string; change: Change<Row>; actor: Actor; ifMatch?: string; after?: AfterWrite },
  ): Promise<Dto> {
    const row = await readRecord(tx, kind, id, true);
    assertIfMatch(ifMatch, row.version);
    const before = kind.toDto(row);
    const values = await change(tx, row);
    const name = values.name ?? row.name;
    if (name !== row.name) await assertNameFree(tx, kind, name, id);
    const next = { ...values, version: row.version + 1 };
    await refuseDuplicate(tx.update(kind.entity, id, next as never), taken(kind, name));
    await write?.(tx, id);
    const after = kind.toDto(await readRecord(tx, kind, id));
    await this.editLog.record(tx, actor, {
      action: 'updated',
      objectType: kind.type,
      objectId: id,
      objectName: name,
      before,
      after,
    });
    return after;
  }

  /** @throws DomainError 404, 422 `<type>_in_use`, and what `assertUnused` throws */
  delete<Row extends NamedRecord, Dto>(
    kind: RecordKind<Row, Dto>,
    id: string,
    assertUnused: AssertUnused<Row>,
    { actor }: { actor: Actor },
  ): Promise<void> {
    return this.transaction.run((tx) => this.deleteWithin(tx, kind, { id, assertUnused, actor }));
  }

  /** The same within a transaction that is under way. */
  async deleteWithin<Row extends NamedRecord, Dto>(
    tx: EntityManager,
    kind: RecordKind<Row, Dto>,
    { id, assertUnused, actor }: { id: string; assertUnused: AssertUnused<Row>; actor: Actor },
  ): Promise<void> {
    const row = await readRecord(tx, kind, id, true);
    await assertUnused(tx, row);
    await refuseReferenced(tx.delete(kind.entity, id), () =>
      ruleBroken(`${kind.type}_in_use`, `The ${kind.what} ${row.name} is named elsewhere and stays.`),
    );
    await this.editLog.record(tx, actor, {
      action: 'deleted',
      objectType: kind.type,
      objectId: id,
      objectName: row.name,
      before: kind.toDto(row),
    });
  }
}

type AssertUnused<Row> = (tx: EntityManager, row: Row) => Promise<void>;
type Change<Row> = (tx: EntityManager, before: Row) => Promise<Partial<Row>>;
type NewRecord<Row> = Partial<Row> & { id: string; name: string };

/** Writes what belongs to the record into other tables, before it is read for the answer and the edit log. */
type AfterWrite = (tx: EntityManager, id: string) => Promise<void>;

/** @throws DomainError 404 `<type>_not_found` */
export async function readRecord<Row extends NamedRecord>(
  tx: EntityManager,
  kind: Pick<RecordKind<Row, unknown>, 'entity' | 'what' | 'type'>,
  id: string,
  forChange = false,
): Promise<Row> {
  const row = /^\d{1,20}$/.test(id)
    ? await tx.findOne(kind.entity, {
        where: { id } as never,
        ...(forChange && { lock: { mode: 'pessimistic_write' as const } }),
      })
    : null;
  if (!row) throw notFound(kind.what, id, `${kind.type}_not_found`);
  return row;
}

type Named = Pick<RecordKind<NamedRecord, unknown>, 'type' | 'what' | 'nameKey'>;

const taken = ({ type, what, nameKey }: Named, name: string) => ({
  [nameKey]: () =>
    conflict(`${type}_name_taken`, `There is a ${what} named ${JSON.stringify(name)} already.`, {
      details: [{ field: 'name', message: 'is taken' }],
    }),
});

/** @throws DomainError 409 `<type>_name_taken` */
export async function assertNameFree<Row extends NamedRecord, Dto>(
  tx: EntityManager,
  kind: RecordKind<Row, Dto>,
  name: string,
  except = '0',
): Promise<void> {
  if (await tx.existsBy(kind.entity, { name, id: Not(except) } as never)) throw taken(kind, name)[kind.nameKey]!();
}
