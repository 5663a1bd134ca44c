import { idAfter } from '@finvera/common';

/**
 * Whether an entry was in the books at a moment, as a condition on `e` (entries) and `v` (vouchers): its voucher had
 * been posted and not yet cancelled, and the entry belongs to the last version that had been written by then. Ids of
 * entries are made when they are written, and grow with time.
 */
export const KNOWN = `e.id < CAST(? AS UNSIGNED) AND v.affects_books = 1 AND v.posted_at <= ? AND (v.cancelled_at IS NULL OR v.cancelled_at > ?)
    AND NOT EXISTS (SELECT 1 FROM entries later WHERE later.voucher_id = e.voucher_id
      AND later.voucher_version > e.voucher_version AND later.id < CAST(? AS UNSIGNED))`;

/** What `KNOWN` asks for. */
export const knownAtParameters = (moment: Date): unknown[] => [idAfter(moment), moment, moment, idAfter(moment)];

/** The columns of `LedgerMovements`, from entries as they were known. It reads all entries: no total holds what was. */
export const KNOWN_MOVEMENTS = `SELECT l.id AS ledger_id, l.name AS ledger, l.reserved_code, l.group_id, g.nature,
    m.before_net, m.before_this_year, m.debit, m.credit
  FROM ledgers l JOIN account_groups g ON g.id = l.group_id LEFT JOIN (
    SELECT e.ledger_id,
      SUM(CASE WHEN e.date < ? OR e.is_opening = 1 THEN e.debit - e.credit ELSE 0 END) AS before_net,
      SUM(CASE WHEN e.date >= ? AND (e.date < ? OR e.is_opening = 1) THEN e.debit - e.credit ELSE 0 END) AS before_this_year,
      SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.debit ELSE 0 END) AS debit,
      SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 THEN e.credit ELSE 0 END) AS credit
    FROM entries e JOIN vouchers v ON v.id = e.voucher_id JOIN voucher_types t ON t.id = v.voucher_type_id
    WHERE ${KNOWN} AND e.date <= ? AND (? = 1 OR t.base_type <> 'closing')
    GROUP BY e.ledger_id
  ) m ON m.ledger_id = l.id
  ORDER BY g.sort_order, g.name, l.name, l.id`;
