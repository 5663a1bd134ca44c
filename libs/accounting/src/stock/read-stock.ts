import { Decimal, groupBy, ZERO } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { SqlSession } from '../schema/sql-session.js';
import type { Valuation } from './stock.entity.js';
import { StockValue } from './value-stock.js';

/** Items whose movements are in memory at once. */
const ITEMS_AT_ONCE = 200;

export interface ItemStock {
  id: string;
  name: string;
  unit: string;
  decimals: number;
  valuation: Valuation;
  quantity: Decimal;
  value: Decimal;
  godowns: Map<string, { name: string; quantity: Decimal }>;
}

interface Item {
  id: string;
  name: string;
  unit: string;
  decimals: number;
  valuation: Valuation;
}

interface Row {
  item_id: string;
  godown_id: string;
  godown: string;
  date: string;
  quantity_in: string;
  quantity_out: string;
  value: string | null;
  is_transfer: number;
}

const ITEMS = `SELECT i.id, i.name, u.name AS unit, u.decimals, i.valuation FROM stock_items i JOIN stock_units u ON u.id = i.unit_id
  WHERE (? IS NULL OR i.id = ?) ORDER BY i.name, i.id`;

// what comes in on a day is there before what goes out
const MOVEMENTS = `SELECT s.item_id, s.godown_id, g.name AS godown, s.date, s.quantity_in, s.quantity_out, s.value, s.is_transfer
  FROM stock_movements s FORCE INDEX (stock_movements_item)
  JOIN vouchers v ON v.id = s.voucher_id AND v.version = s.voucher_version AND v.status = 'posted' AND v.affects_books = 1
  JOIN stock_godowns g ON g.id = s.godown_id
  WHERE s.item_id IN (?) AND s.date <= ? ORDER BY s.item_id, s.date, s.quantity_out > 0, s.id`;

/** Quantities and values of stock, from the movements of posted vouchers. */
@Injectable()
export class ReadStock {
  /** @param itemId one item alone; null: all */
  async at(session: SqlSession, asOf: string, itemId: string | null = null): Promise<ItemStock[]> {
    const stocks: ItemStock[] = [];
    await this.follow(session, { asOf, itemId }, (item, rows) => {
      const stock = new StockValue(item.valuation);
      const godowns: ItemStock['godowns'] = new Map();
      for (const row of rows) {
        moveOne(stock, row);
        const place = godowns.get(row.godown_id) ?? { name: row.godown, quantity: ZERO };
        godowns.set(row.godown_id, {
          ...place,
          quantity: place.quantity.plus(row.quantity_in).minus(row.quantity_out),
        });
      }
      stocks.push({ ...item, ...stock.now, godowns });
    });
    return stocks;
  }

  /** The value of all stock at the end of each day on which some moved, in order. */
  async valuesByDay(session: SqlSession, asOf: string): Promise<Map<string, Decimal>> {
    const changes = new Map<string, Decimal>();
    await this.follow(session, { asOf, itemId: null }, (item, rows) => {
      const stock = new StockValue(item.valuation);
      let before = ZERO;
      for (const [index, row] of rows.entries()) {
        moveOne(stock, row);
        if (rows[index + 1]?.date === row.date) continue;
        const { value } = stock.now;
        changes.set(row.date, (changes.get(row.date) ?? ZERO).plus(value).minus(before));
        before = value;
      }
    });
    let total = ZERO;
    return new Map(
      [...changes]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([date, change]) => {
          total = total.plus(change);
          return [date, total];
        }),
    );
  }

  private async follow(
    session: SqlSession,
    { asOf, itemId }: { asOf: string; itemId: string | null },
    visit: (item: Item, rows: readonly Row[]) => void,
  ): Promise<void> {
    const items: Item[] = await session.query(ITEMS, [itemId, itemId]);
    for (let first = 0; first < items.length; first += ITEMS_AT_ONCE) {
      const some = items.slice(first, first + ITEMS_AT_ONCE);
      const rows: Row[] = await session.query(MOVEMENTS, [some.map(({ id }) => id), asOf]);
      const byItem = groupBy(rows, ({ item_id }) => item_id);
      for (const item of some) visit(item, byItem.get(item.id) ?? []);
    }
  }
}

function moveOne(stock: StockValue, row: Row): void {
  if (row.is_transfer) return;
  stock.move({
    quantityIn: new Decimal(row.quantity_in),
    quantityOut: new Decimal(row.quantity_out),
    value: new Decimal(row.value ?? 0),
  });
}
