import { Decimal, groupBy } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { SqlSession } from '../schema/sql-session.js';
import { type Carrying, carry, divideForeign, type ForeignMovement } from './foreign-positions.js';

/** What one ledger holds in one currency under one bill reference. */
export interface ForeignPosition extends Carrying {
  ledgerId: string;
  ledger: string;
  currency: string;
  billByBill: boolean;
  /** name of the reference; null of what is on account, and of ledgers that are not kept bill by bill */
  bill: string | null;
}

interface Row {
  entry_id: string;
  foreign_amount: string;
  base: string;
  purpose: ForeignMovement['purpose'];
  part: string | null;
  bill: string | null;
}

// what a company owns or owes in money: not fixed assets, stock and the like (AS 11, paragraph 11)
const PAIRS = `WITH RECURSIVE other AS (
    SELECT id FROM account_groups WHERE reserved_code IN ('fixed_assets', 'stock_in_hand', 'investments', 'misc_expenses_asset')
    UNION SELECT g.id FROM account_groups g JOIN other o ON g.parent_id = o.id)
  SELECT f.ledger_id AS ledgerId, l.name AS ledger, l.bill_by_bill AS billByBill, f.currency
  FROM (SELECT DISTINCT ledger_id, currency FROM entry_currencies) f JOIN ledgers l ON l.id = f.ledger_id
  JOIN account_groups g ON g.id = l.group_id
  WHERE g.nature IN ('asset', 'liability') AND g.id NOT IN (SELECT id FROM other) AND (? IS NULL OR l.id = ?)
  ORDER BY l.name, l.id, f.currency`;

const MOVEMENTS = `SELECT f.entry_id, f.debit - f.credit AS foreign_amount, e.debit - e.credit AS base, f.purpose,
    b.debit - b.credit AS part, NULLIF(b.name, '') AS bill
  FROM entry_currencies f FORCE INDEX (entry_currencies_ledger) JOIN entries e ON e.id = f.entry_id AND e.in_books = 1
  LEFT JOIN bill_allocations b ON b.entry_id = f.entry_id
  WHERE f.ledger_id = ? AND f.currency = ? AND f.date <= ? ORDER BY f.date, f.entry_id, b.id`;

/** What the company owns and owes in foreign currencies at the end of a day; ledger by ledger, so that it fits in memory. */
@Injectable()
export class ReadForeignPositions {
  /** @param ledgerId of one ledger alone; null: of all */
  async read(
    session: SqlSession,
    { asOf, ledgerId, digits }: { asOf: string; ledgerId: string | null; digits: number },
  ): Promise<ForeignPosition[]> {
    const pairs: { ledgerId: string; ledger: string; billByBill: number; currency: string }[] = await session.query(
      PAIRS,
      [ledgerId, ledgerId],
    );
    const positions: ForeignPosition[] = [];
    for (const pair of pairs) {
      const rows: Row[] = await session.query(MOVEMENTS, [pair.ledgerId, pair.currency, asOf]);
      for (const [bill, movements] of byBill(rows, pair.currency))
        positions.push({
          ...pair,
          billByBill: Boolean(pair.billByBill),
          bill: bill === '' ? null : bill,
          ...carry(movements, digits),
        });
    }
    return positions.filter(({ foreign, base, carrying }) => !(foreign.isZero() && base.isZero() && carrying.isZero()));
  }
}

/** The movements under each reference, "" for none, in order. */
function byBill(rows: readonly Row[], currency: string): Map<string, ForeignMovement[]> {
  const bills = new Map<string, ForeignMovement[]>();
  for (const [, parts] of groupBy(rows, ({ entry_id }) => entry_id)) {
    const { foreign_amount: whole, base, purpose } = parts[0]!;
    const bases = parts.map(({ part }) => new Decimal(part ?? base));
    const foreigns = divideForeign(new Decimal(whole), bases, currency);
    for (const [index, { bill }] of parts.entries()) {
      const movements = bills.get(bill ?? '') ?? [];
      bills.set(bill ?? '', movements);
      movements.push({ foreign: foreigns[index]!, base: bases[index]!, purpose });
    }
  }
  return bills;
}
