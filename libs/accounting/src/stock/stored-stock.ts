import { Decimal, formatAmount, fractionDigits, groupBy, ruleBroken } from '@finvera/common';
import type { SqlSession } from '../schema/sql-session.js';
import type { StockPartAnswerDto, StockPartDto } from './stock-part.dto.js';
import type { StockPart } from './stock-parts.js';

export const stockAnswer = (
  { item, direction, godown, to, quantity, value }: StockPart,
  digits: number,
): StockPartAnswerDto => ({
  item_id: item.id,
  item: item.name,
  direction,
  godown_id: godown.id,
  godown: godown.name,
  to_godown_id: to?.id ?? null,
  to_godown: to?.name ?? null,
  quantity: quantity.toFixed(item.decimals),
  amount: value && formatAmount(value, digits),
});

const SELECT = `SELECT s.voucher_id, s.line_no, s.item_id, i.name AS item, u.decimals, s.godown_id, g.name AS godown,
    s.quantity_in, s.quantity_out, s.value, s.is_transfer
  FROM stock_movements s JOIN vouchers v ON v.id = s.voucher_id AND v.version = s.voucher_version JOIN stock_items i ON i.id = s.item_id
  JOIN stock_units u ON u.id = i.unit_id JOIN stock_godowns g ON g.id = s.godown_id
  WHERE s.voucher_id IN (?) ORDER BY s.voucher_id, s.line_no, s.id`;

interface Row {
  voucher_id: string;
  line_no: number;
  item_id: string;
  item: string;
  decimals: number;
  godown_id: string;
  godown: string;
  quantity_in: string;
  quantity_out: string;
  value: string | null;
  is_transfer: number;
}

/** What vouchers move, by voucher. */
export async function readStockParts(
  session: SqlSession,
  ids: readonly string[],
  digits: number,
): Promise<Map<string, StockPartAnswerDto[]>> {
  const rows: Row[] = await session.query(SELECT, [ids]);
  return new Map(
    [...groupBy(rows, ({ voucher_id }) => voucher_id)].map(([id, ofVoucher]) => [
      id,
      [...groupBy(ofVoucher, ({ line_no }) => String(line_no)).values()].map(([row, to]) =>
        answerOfRows(row!, to, digits),
      ),
    ]),
  );
}

function answerOfRows(row: Row, to: Row | undefined, digits: number): StockPartAnswerDto {
  const isIn = !new Decimal(row.quantity_in).isZero();
  return {
    item_id: row.item_id,
    item: row.item,
    direction: row.is_transfer ? 'transfer' : isIn ? 'in' : 'out',
    godown_id: row.godown_id,
    godown: row.godown,
    to_godown_id: to?.godown_id ?? null,
    to_godown: to?.godown ?? null,
    quantity: new Decimal(isIn ? row.quantity_in : row.quantity_out).toFixed(row.decimals),
    amount: row.value === null ? null : formatAmount(row.value, digits),
  };
}

/** What a stored voucher moves, to be written again. */
export const storedStock = (parts: readonly StockPartAnswerDto[]): StockPart[] =>
  parts.map((part) => ({
    item: { id: part.item_id, name: part.item, decimals: fractionDigits(part.quantity) },
    direction: part.direction,
    godown: { id: part.godown_id, name: part.godown },
    to: part.to_godown_id === null ? null : { id: part.to_godown_id, name: part.to_godown! },
    quantity: new Decimal(part.quantity),
    value: part.amount === null ? null : new Decimal(part.amount),
  }));

/**
 * What takes back what a voucher moved.
 * @throws DomainError 422 `voucher_moves_stock`: what went out comes in again at a cost that nobody has said
 */
export function mirroredStock(parts: readonly StockPartAnswerDto[]): StockPartDto[] {
  if (parts.some(({ direction }) => direction === 'out'))
    throw ruleBroken(
      'voucher_moves_stock',
      'The voucher takes goods out of stock; cancel it, or post a credit note that says at which cost they come in again.',
    );
  return parts.map(({ item_id, direction, godown_id, to_godown_id, quantity }) =>
    direction === 'transfer'
      ? { item_id, direction, godown_id: to_godown_id!, to_godown_id: godown_id, quantity }
      : { item_id, direction: 'out', godown_id, quantity },
  );
}

/** As the body that would move the same. */
export const stockBody = (parts: readonly StockPartAnswerDto[]): StockPartDto[] =>
  parts.map(({ item_id, direction, godown_id, to_godown_id, quantity, amount }) => ({
    item_id,
    direction,
    godown_id,
    ...(to_godown_id !== null && { to_godown_id }),
    quantity,
    ...(amount !== null && { amount }),
  }));
