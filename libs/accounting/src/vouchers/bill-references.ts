import { conflict, Decimal, ZERO } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { PreparedVoucher } from './prepare-vouchers.js';
import { foldName } from './same-name.js';

export type Side = 'debit' | 'credit';

/** What the books hold under one reference of one ledger. */
export interface OpenReference {
  ledgerId: string;
  name: string;
  /** debit positive */
  pending: Decimal;
  /** sides on which a new_ref brought it up */
  broughtUp: Side[];
}

/** One named part of an entry, in the order of the vouchers. */
export interface ReferenceUse {
  ledgerId: string;
  name: string;
  side: Side;
  amount: Decimal;
  isNew: boolean;
  /** where it stands in the body, for the refusal */
  field: string;
}

/**
 * The first new reference that would run together with an open one of the same side: two invoices under one name
 * cannot be told apart when they are settled.
 */
export function findTakenReference(open: readonly OpenReference[], uses: readonly ReferenceUse[]): ReferenceUse | null {
  const known = new Map(open.map((reference) => [keyOf(reference), { ...reference }]));
  for (const use of uses) {
    const key = keyOf(use);
    const before = known.get(key) ?? { ledgerId: use.ledgerId, name: use.name, pending: ZERO, broughtUp: [] };
    if (use.isNew && !before.pending.isZero() && before.broughtUp.includes(use.side)) return use;
    known.set(key, {
      ...before,
      pending: use.side === 'debit' ? before.pending.plus(use.amount) : before.pending.minus(use.amount),
      broughtUp: use.isNew ? [...before.broughtUp, use.side] : before.broughtUp,
    });
  }
  return null;
}

const keyOf = ({ ledgerId, name }: { ledgerId: string; name: string }) => `${ledgerId} ${foldName(name)}`;

// the order is forced: each name looks itself up in the index, whatever the optimizer believes of the table's size
const SELECT_OPEN = `SELECT b.ledger_id, MIN(b.name) AS name, SUM(b.debit - b.credit) AS pending,
    MAX(b.type = 'new_ref' AND b.debit > 0) AS by_debit, MAX(b.type = 'new_ref' AND b.credit > 0) AS by_credit
  FROM JSON_TABLE(?, '$[*]' COLUMNS (ledger_id BIGINT UNSIGNED PATH '$.ledger_id', name VARCHAR(100) PATH '$.name')) n
  STRAIGHT_JOIN bill_allocations b FORCE INDEX (bill_allocations_ledger) ON b.ledger_id = n.ledger_id AND b.in_books = 1
    AND b.name = CONVERT(n.name USING utf8mb4) COLLATE utf8mb4_unicode_520_ci
  WHERE b.voucher_id <> ? GROUP BY b.ledger_id, b.name`;

interface Row {
  ledger_id: string;
  name: string;
  pending: string;
  /** 0 or 1; a text on MySQL */
  by_debit: number | string;
  by_credit: number | string;
}

/**
 * @param exceptVoucherId the voucher that is altered: its own references do not count
 * @throws DomainError 409 `bill_name_taken`
 */
export async function assertNewReferences(
  tx: EntityManager,
  vouchers: readonly PreparedVoucher[],
  exceptVoucherId = '0',
): Promise<void> {
  const uses = vouchers.filter(({ affectsBooks }) => affectsBooks).flatMap(referenceUses);
  const asked = new Map(
    uses.filter(({ isNew }) => isNew).map((use) => [keyOf(use), { ledger_id: use.ledgerId, name: use.name }]),
  );
  if (asked.size === 0) return;
  await holdNames(tx, [...asked.values()]);
  const rows: Row[] = await tx.query(SELECT_OPEN, [JSON.stringify([...asked.values()]), exceptVoucherId]);
  const open = rows.map((row) => ({
    ledgerId: row.ledger_id,
    name: row.name,
    pending: new Decimal(row.pending),
    broughtUp: [
      ...(Number(row.by_debit) === 1 ? (['debit'] as const) : []),
      ...(Number(row.by_credit) === 1 ? (['credit'] as const) : []),
    ],
  }));
  const taken = findTakenReference(open, uses);
  if (taken)
    throw conflict(
      'bill_name_taken',
      `The reference ${taken.name} of this ledger is open already; give the new one another name, or settle with agst_ref.`,
      { details: [{ field: taken.field, message: 'is an open reference' }] },
    );
}

/** Whoever brings up a reference of the same name waits here until this transaction has ended, and sees what it did. */
async function holdNames(tx: EntityManager, names: readonly { ledger_id: string; name: string }[]): Promise<void> {
  const inOrder = [...names].sort((a, b) =>
    keyOf({ ...a, ledgerId: a.ledger_id }) < keyOf({ ...b, ledgerId: b.ledger_id }) ? -1 : 1,
  );
  await tx.query(
    'INSERT INTO bill_names (ledger_id, name) VALUES ? ON DUPLICATE KEY UPDATE ledger_id = bill_names.ledger_id',
    [inOrder.map(({ ledger_id, name }) => [ledger_id, name])],
  );
}

function referenceUses({ path, lines }: PreparedVoucher): ReferenceUse[] {
  return lines.flatMap(({ ledgerId, debit, bills }, lineIndex) =>
    bills.flatMap(({ type, name, amount }, billIndex) =>
      type === 'on_account'
        ? []
        : [
            {
              ledgerId,
              name,
              amount,
              side: debit.isZero() ? ('credit' as const) : ('debit' as const),
              isNew: type === 'new_ref',
              field: `${path}entries.${lineIndex}.bills.${billIndex}.name`,
            },
          ],
    ),
  );
}
