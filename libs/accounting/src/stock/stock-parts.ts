import { Decimal, fractionDigits, malformed, newId, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { foldName } from '../vouchers/same-name.js';
import type { BaseType } from '../vouchers/voucher-type.entity.js';
import type { Direction, StockPartDto } from './stock-part.dto.js';

/** Where stock lies when a voucher names no place; made when it is needed for the first time. */
const MAIN_GODOWN = 'Main Location';

const BY_TYPE: Partial<Record<BaseType, Direction>> = {
  purchase: 'in',
  credit_note: 'in',
  sales: 'out',
  debit_note: 'out',
};

/** Stock that a voucher moves, checked. */
export interface StockPart {
  item: { id: string; name: string; decimals: number };
  direction: Direction;
  godown: Named;
  to: Named | null;
  quantity: Decimal;
  /** cost of what comes in; null otherwise */
  value: Decimal | null;
}

interface Named {
  id: string;
  name: string;
}

interface Item extends Named {
  decimals: number;
  is_active: number;
}

const ITEMS = `SELECT i.id, i.name, u.decimals, i.is_active FROM stock_items i JOIN stock_units u ON u.id = i.unit_id
  WHERE i.id IN (?) OR i.name IN (?) LOCK IN SHARE MODE`;
const GODOWNS = 'SELECT id, name FROM stock_godowns WHERE id IN (?) OR name IN (?) LOCK IN SHARE MODE';

/** Items and godowns of a batch of vouchers, looked up once; nothing is asked when no voucher moves stock. */
export class StockLookup {
  private constructor(
    private readonly items: readonly Item[],
    private readonly godowns: readonly Named[],
  ) {}

  static async load(tx: EntityManager, bodies: readonly { stock?: readonly StockPartDto[] }[]): Promise<StockLookup> {
    const parts = bodies.flatMap(({ stock }) => stock ?? []);
    if (parts.length === 0) return new StockLookup([], []);
    const some = (values: (string | undefined)[], none: string) => {
      const given = [...new Set(values.flatMap((value) => value ?? []))];
      return given.length > 0 ? given : [none];
    };
    await tx.query('INSERT IGNORE INTO stock_godowns (id, name) VALUES (?, ?)', [newId(), MAIN_GODOWN]);
    const items: Item[] = await tx.query(ITEMS, [
      some(
        parts.map(({ item_id }) => item_id),
        '0',
      ),
      some(
        parts.map(({ item }) => item),
        '',
      ),
    ]);
    const godowns: Named[] = await tx.query(GODOWNS, [
      some(
        parts.flatMap(({ godown_id, to_godown_id }) => [godown_id, to_godown_id]),
        '0',
      ),
      some([MAIN_GODOWN, ...parts.flatMap(({ godown, to_godown }) => [godown, to_godown])], ''),
    ]);
    return new StockLookup(items, godowns);
  }

  /**
   * @param path where the voucher stands in the body
   * @throws DomainError 400; 422 `stock_item_not_found`, `stock_item_inactive`, `godown_not_found`
   */
  partsOf(
    stock: readonly StockPartDto[] | undefined,
    { path, digits, baseType }: { path: string; digits: number; baseType: BaseType },
  ): StockPart[] {
    return (stock ?? []).map((part, index) => this.part(part, { path: `${path}stock.${index}`, digits, baseType }));
  }

  private part(
    part: StockPartDto,
    { path, digits, baseType }: { path: string; digits: number; baseType: BaseType },
  ): StockPart {
    const bad = (field: string, message: string) =>
      malformed(`${path}.${field} ${message}`, [{ field: `${path}.${field}`, message }]);
    if ((part.item_id === undefined) === (part.item === undefined))
      throw bad('item_id', 'or item: exactly one of them');
    const item = find(this.items, { id: part.item_id, name: part.item });
    if (!item) throw missing('stock_item_not_found', 'item', part.item_id ?? part.item, `${path}.item`);
    if (!item.is_active)
      throw ruleBroken('stock_item_inactive', `The item ${item.name} is not active.`, [
        { field: `${path}.item`, message: 'is not active' },
      ]);
    const direction = part.direction ?? BY_TYPE[baseType];
    if (!direction) throw bad('direction', 'must be said for this type of voucher');
    const quantity = new Decimal(part.quantity);
    if (quantity.isZero()) throw bad('quantity', 'must be greater than zero');
    if (fractionDigits(part.quantity) > item.decimals)
      throw bad('quantity', `${part.quantity} has more than ${item.decimals} digits after the point`);
    const to =
      direction === 'transfer'
        ? this.godown({ id: part.to_godown_id, name: part.to_godown }, `${path}.to_godown`)
        : null;
    if (direction !== 'transfer' && (part.to_godown_id ?? part.to_godown) !== undefined)
      throw bad('to_godown', 'is for a transfer');
    if (direction === 'transfer' && (part.to_godown_id ?? part.to_godown) === undefined)
      throw bad('to_godown', 'must be said for a transfer');
    const godown = this.godown({ id: part.godown_id, name: part.godown }, `${path}.godown`);
    return {
      item,
      direction,
      quantity,
      godown,
      to,
      value: direction === 'in' ? costOf(part, quantity, { digits, bad }) : noValue(part, bad),
    };
  }

  private godown({ id, name }: { id?: string; name?: string }, field: string): Named {
    const found = find(this.godowns, id === undefined && name === undefined ? { name: MAIN_GODOWN } : { id, name });
    if (!found) throw missing('godown_not_found', 'godown', id ?? name, field);
    return found;
  }
}

type Bad = (field: string, message: string) => Error;

function costOf(
  { rate, amount }: StockPartDto,
  quantity: Decimal,
  { digits, bad }: { digits: number; bad: Bad },
): Decimal {
  if ((rate ?? null) === null && (amount ?? null) === null) throw bad('rate', 'or amount: what comes in has a cost');
  if ((amount ?? null) !== null) {
    if (fractionDigits(amount!) > digits)
      throw bad('amount', `${amount} has more than ${digits} digits after the point`);
    return new Decimal(amount!);
  }
  return quantity.times(rate!).toDecimalPlaces(digits, Decimal.ROUND_HALF_UP);
}

function noValue({ rate, amount }: StockPartDto, bad: Bad): null {
  if ((rate ?? amount ?? null) !== null)
    throw bad('rate', 'is for what comes in; the cost of what goes out is computed');
  return null;
}

function find<T extends Named>(all: readonly T[], { id, name }: { id?: string; name?: string }): T | undefined {
  const folded = foldName(name ?? '');
  return all.find((one) => (id !== undefined ? one.id === id : foldName(one.name) === folded));
}

const missing = (code: string, what: string, named: string | undefined, field: string) =>
  ruleBroken(code, `There is no ${what} ${JSON.stringify(named)}.`, [{ field, message: 'is not one of this company' }]);

export const INSERT_STOCK =
  'INSERT INTO stock_movements (id, voucher_id, voucher_version, line_no, item_id, godown_id, date, quantity_in, quantity_out, value, is_transfer) VALUES ?';

/** Rows of `stock_movements`; a transfer is two. */
export const stockRows = (
  vouchers: readonly { id: string; version: number; voucher: { date: string; stock?: readonly StockPart[] } }[],
): unknown[][] =>
  vouchers.flatMap(({ id, version, voucher: { date, stock = [] } }) =>
    stock.flatMap(({ item, direction, godown, to, quantity, value }, index) => {
      const row = (place: Named, way: 'in' | 'out') => [
        newId(), id, version, index + 1, item.id, place.id, date, way === 'in' ? quantity.toFixed() : '0', way === 'out' ? quantity.toFixed() : '0', value?.toFixed() ?? null, to !== null,
      ]; // biome-ignore format: one row
      if (to) return [row(godown, 'out'), row(to, 'in')];
      return [row(godown, direction === 'in' ? 'in' : 'out')];
    }),
  );
