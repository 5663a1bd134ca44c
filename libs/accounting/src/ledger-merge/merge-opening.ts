import { type Actor, Decimal } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { Ledger } from '../chart/ledger.entity.js';
import type { OpeningBalance } from '../chart/opening-balance.js';

/** A ledger's opening balance, debit positive. */
export async function openingOf(tx: EntityManager, ledger: Pick<Ledger, 'id' | 'openingVoucherId'>): Promise<Decimal> {
  if (ledger.openingVoucherId === null) return new Decimal(0);
  const [row]: { net: string }[] = await tx.query(
    'SELECT COALESCE(SUM(debit - credit), 0) AS net FROM entries WHERE voucher_id = ? AND ledger_id = ? AND in_books = 1',
    [ledger.openingVoucherId, ledger.id],
  );
  return new Decimal(row!.net);
}

/** Moves an opening balance from one ledger to another, under the rules of opening balances. */
export async function moveOpening(
  tx: EntityManager,
  { from, into, amount }: { from: Ledger; into: Ledger; amount: Decimal },
  { openings, digits, actor }: { openings: OpeningBalance; digits: number; actor: Actor },
): Promise<void> {
  if (amount.isZero()) return;
  const set = async (ledger: Ledger, net: Decimal) =>
    openings.set(tx, ledger, { amount: net.abs().toFixed(digits), side: net.isNegative() ? 'credit' : 'debit' }, actor);
  const before = { from: await openingOf(tx, from), into: await openingOf(tx, into) };
  await set(from, before.from.minus(amount));
  await set(into, before.into.plus(amount));
}
