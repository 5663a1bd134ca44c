import { type Actor, type IdempotencyRequest, newId, ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyRecords, type RecordKind } from '../records/company-records.js';
import type {
  CreateItemDto,
  CreateUnitDto,
  GodownBodyDto,
  GodownDto,
  ItemDto,
  UnitDto,
  UpdateItemDto,
} from './stock.dto.js';
import { Godown, StockItem, StockUnit } from './stock.entity.js';

export const UNIT: RecordKind<StockUnit, UnitDto> = {
  entity: StockUnit,
  type: 'stock_unit',
  what: 'unit',
  nameKey: 'stock_units_name',
  toDto: ({ id, name, decimals, version }) => ({ id, name, decimals, version }),
};

export const GODOWN: RecordKind<Godown, GodownDto> = {
  entity: Godown,
  type: 'godown',
  what: 'godown',
  nameKey: 'stock_godowns_name',
  toDto: ({ id, name, version }) => ({ id, name, version }),
};

export const ITEM: RecordKind<StockItem, ItemDto> = {
  entity: StockItem,
  type: 'stock_item',
  what: 'item',
  nameKey: 'stock_items_name',
  toDto: ({ id, name, unitId, valuation, isActive, version }) => ({
    id,
    name,
    unit_id: unitId,
    valuation,
    is_active: isActive,
    version,
  }),
};

const NOT_USED = async () => {};

/** Units, godowns and items. What vouchers or items name is not deleted. */
@Injectable()
export class ManageStock {
  constructor(private readonly records: CompanyRecords) {}

  createUnit({ name, decimals = 0 }: CreateUnitDto, actor: Actor, idempotency?: IdempotencyRequest): Promise<UnitDto> {
    return this.records.create(UNIT, async () => ({ id: newId(), name, decimals, version: 1 }), { actor, idempotency });
  }

  /** The decimals stay: quantities were entered with them. */
  renameUnit(id: string, { name }: GodownBodyDto, ifMatch: string | undefined, actor: Actor): Promise<UnitDto> {
    return this.records.update(UNIT, id, async () => ({ name }), { actor, ifMatch });
  }

  createGodown({ name }: GodownBodyDto, actor: Actor, idempotency?: IdempotencyRequest): Promise<GodownDto> {
    return this.records.create(GODOWN, async () => ({ id: newId(), name, version: 1 }), { actor, idempotency });
  }

  renameGodown(id: string, { name }: GodownBodyDto, ifMatch: string | undefined, actor: Actor): Promise<GodownDto> {
    return this.records.update(GODOWN, id, async () => ({ name }), { actor, ifMatch });
  }

  /** @throws DomainError 409 `stock_item_name_taken`; 422 `stock_unit_not_found` */
  createItem(body: CreateItemDto, actor: Actor, idempotency?: IdempotencyRequest): Promise<ItemDto> {
    const row = async (tx: EntityManager) => {
      await assertUnit(tx, body.unit_id);
      return { id: newId(), name: body.name, unitId: body.unit_id, valuation: body.valuation ?? 'fifo', isActive: body.is_active ?? true, version: 1 } as const;
    }; // biome-ignore format: one row
    return this.records.create(ITEM, row, { actor, idempotency });
  }

  /** @throws DomainError 404; 409; 412 `stale`; 422 `stock_item_in_use` for what is fixed with the first movement */
  updateItem(id: string, body: UpdateItemDto, ifMatch: string | undefined, actor: Actor): Promise<ItemDto> {
    const change = async (tx: EntityManager, before: StockItem) => {
      const { unit_id: unitId = before.unitId, valuation = before.valuation } = body;
      if (unitId !== before.unitId) await assertUnit(tx, unitId);
      if (unitId !== before.unitId || valuation !== before.valuation) await assertNotMoved(tx, before);
      return {
        ...(body.name !== undefined && { name: body.name }),
        ...(body.is_active !== undefined && { isActive: body.is_active }),
        unitId,
        valuation,
      };
    };
    return this.records.update(ITEM, id, change, { actor, ifMatch });
  }

  delete<K extends typeof UNIT | typeof GODOWN | typeof ITEM>(kind: K, id: string, actor: Actor): Promise<void> {
    return this.records.delete(kind as typeof ITEM, id, NOT_USED, { actor });
  }
}

async function assertUnit(tx: EntityManager, id: string): Promise<void> {
  if (await tx.existsBy(StockUnit, { id })) return;
  throw ruleBroken('stock_unit_not_found', `There is no unit ${JSON.stringify(id)}.`, [
    { field: 'unit_id', message: 'is not a unit of this company' },
  ]);
}

/** Values of the past would no longer be explained. */
async function assertNotMoved(tx: EntityManager, { id, name }: StockItem): Promise<void> {
  const moved = await tx.query('SELECT 1 AS moved FROM stock_movements WHERE item_id = ? LIMIT 1', [id]);
  if (moved.length > 0)
    throw ruleBroken(
      'stock_item_in_use',
      `The item ${name} has movements; its unit and valuation can no longer change.`,
    );
}
