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
