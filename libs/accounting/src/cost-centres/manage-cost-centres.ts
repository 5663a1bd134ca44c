import { type Actor, type IdempotencyRequest, malformed, newId, ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyRecords, readRecord } from '../records/company-records.js';
import type {
  CostCategoryBodyDto,
  CostCategoryDto,
  CostCentreDto,
  CreateCostCentreDto,
  UpdateCostCentreDto,
} from './cost-centre.dto.js';
import { CostCategory, CostCentre } from './cost-centre.entity.js';
import { COST_CATEGORY, COST_CENTRE } from './cost-kinds.js';

/** Made when a centre comes that names no category. */
export const PRIMARY_CATEGORY = 'Primary Cost Category';
export const DEPTH_MAX = 20;

/** Cost categories and the centres in them. */
@Injectable()
export class ManageCostCentres {
  constructor(private readonly records: CompanyRecords) {}

  createCategory(
    { name }: CostCategoryBodyDto,
    actor: Actor,
    idempotency?: IdempotencyRequest,
  ): Promise<CostCategoryDto> {
    return this.records.create(COST_CATEGORY, async () => newCategory(name), { actor, idempotency });
  }

  /** The same within a transaction that is under way. */
  createCategoryWithin(tx: EntityManager, { name }: CostCategoryBodyDto, actor: Actor): Promise<CostCategoryDto> {
    return this.records.createWithin(tx, COST_CATEGORY, { values: newCategory(name), actor });
  }

  renameCategory(
    id: string,
    { name }: CostCategoryBodyDto,
    ifMatch: string | undefined,
    actor: Actor,
  ): Promise<CostCategoryDto> {
    return this.records.update(COST_CATEGORY, id, async () => ({ name }), { actor, ifMatch });
  }

  /** @throws DomainError 422 `cost_category_in_use` */
  deleteCategory(id: string, actor: Actor): Promise<void> {
    return this.records.delete(COST_CATEGORY, id, assertCategoryUnused, { actor });
  }

  /** The same within a transaction that is under way. */
  deleteCategoryWithin(tx: EntityManager, id: string, actor: Actor): Promise<void> {
    return this.records.deleteWithin(tx, COST_CATEGORY, { id, assertUnused: assertCategoryUnused, actor });
  }

  /** @throws DomainError 404; 409 `cost_centre_name_taken`; 422 `cost_category_not_found`, `cost_centre_place` */
  create(body: CreateCostCentreDto, actor: Actor, idempotency?: IdempotencyRequest): Promise<CostCentreDto> {
    return this.records.create(COST_CENTRE, (tx) => newCentre(tx, body), { actor, idempotency });
  }

  /** The same within a transaction that is under way. */
  async createWithin(tx: EntityManager, body: CreateCostCentreDto, actor: Actor): Promise<CostCentreDto> {
    return this.records.createWithin(tx, COST_CENTRE, { values: await newCentre(tx, body), actor });
  }

  /** @throws DomainError 404; 409 `cost_centre_name_taken`; 412 `stale`; 422 `cost_centre_place`, `cost_centre_in_use` */
  update(id: string, body: UpdateCostCentreDto, ifMatch: string | undefined, actor: Actor): Promise<CostCentreDto> {
    return this.records.update(COST_CENTRE, id, changeOf(body), { actor, ifMatch });
  }

  /** The same within a transaction that is under way. */
  updateWithin(
    tx: EntityManager,
    id: string,
    { body, actor }: { body: UpdateCostCentreDto; actor: Actor },
  ): Promise<CostCentreDto> {
    return this.records.updateWithin(tx, COST_CENTRE, { id, change: changeOf(body), actor });
  }

  /** @throws DomainError 422 `cost_centre_in_use` */
  delete(id: string, actor: Actor): Promise<void> {
    return this.records.delete(COST_CENTRE, id, assertCentreUnused, { actor });
  }

  /** The same within a transaction that is under way. */
  deleteWithin(tx: EntityManager, id: string, actor: Actor): Promise<void> {
    return this.records.deleteWithin(tx, COST_CENTRE, { id, assertUnused: assertCentreUnused, actor });
  }
}

const newCategory = (name: string) => ({ id: newId(), name, version: 1 });

async function newCentre(tx: EntityManager, body: CreateCostCentreDto) {
  const parent = body.parent_id ? await parentOf(tx, body.parent_id) : null;
  const categoryId = body.category_id ?? parent?.categoryId ?? (await primaryCategory(tx));
  await assertPlace(tx, { categoryId, parent });
  return { id: newId(), name: body.name, categoryId, parentId: parent?.id ?? null, isActive: body.is_active ?? true, version: 1 };
} // biome-ignore format: one row

const changeOf = (body: UpdateCostCentreDto) => async (tx: EntityManager, before: CostCentre) => {
  const parentId = body.parent_id === undefined ? before.parentId : body.parent_id;
  const parent = parentId ? await parentOf(tx, parentId) : null;
  const categoryId = body.category_id ?? before.categoryId;
  await assertPlace(tx, { id: before.id, categoryId, parent });
  if (categoryId !== before.categoryId && (await isUsed(tx, before.id)))
    throw ruleBroken(
      'cost_centre_in_use',
      `The cost centre ${before.name} has entries or centres below it and keeps its category.`,
    );
  return {
    ...(body.name !== undefined && { name: body.name }),
    ...(body.is_active !== undefined && { isActive: body.is_active }),
    categoryId,
    parentId,
  };
};

async function assertCategoryUnused(tx: EntityManager, { id, name }: CostCategory): Promise<void> {
  if (await tx.existsBy(CostCentre, { categoryId: id }))
    throw ruleBroken('cost_category_in_use', `The cost category ${name} has centres; move or delete them first.`);
}

async function assertCentreUnused(tx: EntityManager, { id, name }: CostCentre): Promise<void> {
  if (await isUsed(tx, id))
    throw ruleBroken(
      'cost_centre_in_use',
      `The cost centre ${name} has entries or centres below it; make it inactive instead.`,
    );
}

async function parentOf(tx: EntityManager, id: string): Promise<CostCentre> {
  const parent = await tx.findOneBy(CostCentre, { id });
  if (parent) return parent;
  throw ruleBroken('cost_centre_not_found', `There is no cost centre ${JSON.stringify(id)}.`, [
    { field: 'parent_id', message: 'is not a cost centre of this company' },
  ]);
}

async function primaryCategory(tx: EntityManager): Promise<string> {
  await tx.query('INSERT IGNORE INTO cost_categories (id, name) VALUES (?, ?)', [newId(), PRIMARY_CATEGORY]);
  const [row]: { id: string }[] = await tx.query('SELECT id FROM cost_categories WHERE name = ? LOCK IN SHARE MODE', [
    PRIMARY_CATEGORY,
  ]);
  return row!.id;
}

async function assertPlace(
  tx: EntityManager,
  { id, categoryId, parent }: { id?: string; categoryId: string; parent: CostCentre | null },
): Promise<void> {
  if (!(await tx.existsBy(CostCategory, { id: categoryId })))
    throw ruleBroken('cost_category_not_found', `There is no cost category ${JSON.stringify(categoryId)}.`, [
      { field: 'category_id', message: 'is not a cost category of this company' },
    ]);
  if (parent && parent.categoryId !== categoryId)
    throw malformed('a cost centre has the category of the centre above it', [
      { field: 'category_id', message: 'is not that of the parent' },
    ]);
  let depth = 1;
  for (let above = parent; above !== null; depth += 1) {
    if (above.id === id || depth >= DEPTH_MAX)
      throw ruleBroken('cost_centre_place', `Cost centres stand at most ${DEPTH_MAX} deep, and none under itself.`, [
        { field: 'parent_id', message: 'is the centre itself, stands below it, or too deep' },
      ]);
    above = above.parentId ? await readRecord(tx, COST_CENTRE, above.parentId, true) : null;
  }
}

async function isUsed(tx: EntityManager, id: string): Promise<boolean> {
  const used = await tx.query(
    'SELECT 1 AS used FROM cost_allocations WHERE cost_centre_id = ? UNION ALL SELECT 1 FROM cost_centres WHERE parent_id = ? LIMIT 1',
    [id, id],
  );
  return used.length > 0;
}
