import { type Check, inRanges } from './verification.js';

const VOUCHERS_AT_ONCE = 2_000;
const ENTRIES_AT_ONCE = 5_000;

const NEXT_VOUCHERS = `SELECT MAX(id) AS last, COUNT(*) AS count
  FROM (SELECT id FROM vouchers WHERE id > CAST(? AS UNSIGNED) ORDER BY id LIMIT ?) v`;

const WRONG_VOUCHERS = `SELECT v.id, v.number, v.status, v.date, v.total, COUNT(e.id) AS line_count,
    COALESCE(SUM(e.debit), 0) AS debit, COALESCE(SUM(e.credit), 0) AS credit,
    COALESCE(SUM(e.date <> v.date OR e.is_opening <> v.is_opening), 0) AS strays,
    COALESCE(SUM(e.in_books <> (v.status = 'posted' AND v.affects_books = 1)), 0) AS misplaced,
    (SELECT COUNT(*) FROM entries o WHERE o.voucher_id = v.id AND o.voucher_version <> v.version AND o.in_books = 1) AS outdated
  FROM vouchers v LEFT JOIN entries e ON e.voucher_id = v.id AND e.voucher_version = v.version
  WHERE v.id > CAST(? AS UNSIGNED) AND v.id <= CAST(? AS UNSIGNED)
  GROUP BY v.id
  HAVING misplaced > 0 OR outdated > 0 OR (v.status <> 'draft' AND (line_count < 2 OR debit <> credit OR debit <> v.total OR strays > 0))`;

interface WrongVoucher {
  id: string;
  number: string | null;
  total: string;
  line_count: number | string;
  debit: string;
  credit: string;
  strays: string;
  misplaced: string;
  outdated: string;
}

/** Every voucher balances, adds up to its total, has its own date, and stands in the books as its status says. */
export const checkVouchers: Check = async (tx, findings) => {
  findings.begin('vouchers');
  await inRanges(tx, { next: NEXT_VOUCHERS, size: VOUCHERS_AT_ONCE }, async (after, upTo) => {
    const wrong: WrongVoucher[] = await tx.query(WRONG_VOUCHERS, [after, upTo]);
    for (const voucher of wrong)
      findings.found(`voucher ${voucher.id} (number ${voucher.number ?? 'none'}): ${faultOf(voucher)}`, {
        object_type: 'voucher',
        object_id: voucher.id,
      });
    const [{ count }] = await tx.query(
      'SELECT COUNT(*) AS count FROM vouchers WHERE id > CAST(? AS UNSIGNED) AND id <= CAST(? AS UNSIGNED)',
      [after, upTo],
    );
    findings.examined(Number(count));
  });
};

function faultOf({ total, line_count, debit, credit, strays, misplaced, outdated }: WrongVoucher): string {
  if (Number(line_count) < 2) return `it has ${line_count} entries`;
  if (debit !== credit) return `debits ${debit} and credits ${credit} are not equal`;
  if (debit !== total) return `its entries add up to ${debit}, its total says ${total}`;
  if (Number(strays) > 0) return `${strays} entries have another date, or are openings where it is none`;
  if (Number(misplaced) > 0) return `${misplaced} entries are in the books although it is not, or the other way round`;
  return `${outdated} entries of former versions are still in the books`;
}

const NEXT_ENTRIES = `SELECT MAX(id) AS last, COUNT(*) AS count
  FROM (SELECT id FROM entries WHERE id > CAST(? AS UNSIGNED) ORDER BY id LIMIT ?) e`;

const WRONG_ENTRIES = `SELECT e.id, v.id AS voucher, l.id AS ledger, l.name, e.debit, e.credit
  FROM entries e LEFT JOIN vouchers v ON v.id = e.voucher_id LEFT JOIN ledgers l ON l.id = e.ledger_id
  WHERE e.id > CAST(? AS UNSIGNED) AND e.id <= CAST(? AS UNSIGNED) AND (
    v.id IS NULL OR l.id IS NULL OR NOT ((e.debit > 0 AND e.credit = 0) OR (e.credit > 0 AND e.debit = 0)))`;

const WRONG_BILLS = `SELECT e.id, l.name, e.debit, e.credit, COUNT(b.id) AS parts, COALESCE(SUM(b.debit), 0) AS bill_debit,
    COALESCE(SUM(b.credit), 0) AS bill_credit,
    COALESCE(SUM(b.in_books <> e.in_books OR b.ledger_id <> e.ledger_id OR b.voucher_id <> e.voucher_id
      OR b.voucher_version <> e.voucher_version OR (b.date <> e.date AND NOT (e.is_opening = 1 AND b.date < e.date))), 0) AS strays
  FROM entries e JOIN ledgers l ON l.id = e.ledger_id LEFT JOIN bill_allocations b ON b.entry_id = e.id
  WHERE e.id > CAST(? AS UNSIGNED) AND e.id <= CAST(? AS UNSIGNED)
  GROUP BY e.id, l.bill_by_bill
  HAVING strays > 0 OR (parts > 0 AND (bill_debit <> e.debit OR bill_credit <> e.credit)) OR (parts = 0 AND l.bill_by_bill = 1)`;

/** Every entry belongs to a voucher and a ledger and has one side; its bills add up to it and go in and out of the books with it. */
export const checkEntries: Check = async (tx, findings) => {
  findings.begin('entries');
  await inRanges(tx, { next: NEXT_ENTRIES, size: ENTRIES_AT_ONCE }, async (after, upTo) => {
    const wrong: { id: string; voucher: string | null; ledger: string | null; debit: string; credit: string }[] =
      await tx.query(WRONG_ENTRIES, [after, upTo]);
    for (const { id, voucher, ledger, debit, credit } of wrong)
      findings.found(
        `entry ${id}: ${voucher === null ? 'its voucher is not there' : ledger === null ? 'its ledger is not there' : `it has debit ${debit} and credit ${credit}`}`,
        { object_type: 'entry', object_id: id },
      );
    const bills: {
      id: string;
      name: string;
      debit: string;
      credit: string;
      parts: string;
      bill_debit: string;
      bill_credit: string;
    }[] = await tx.query(WRONG_BILLS, [after, upTo]);
    for (const { id, name, debit, credit, parts, bill_debit, bill_credit } of bills)
      findings.found(
        `entry ${id} of ${name} (debit ${debit}, credit ${credit}): ${
          Number(parts) === 0
            ? 'it has no bill, although its ledger is kept bill by bill'
            : `its bills add up to debit ${bill_debit}, credit ${bill_credit}, or stand elsewhere than it`
        }`,
        { object_type: 'entry', object_id: id },
      );
    const [{ count }] = await tx.query(
      'SELECT COUNT(*) AS count FROM entries WHERE id > CAST(? AS UNSIGNED) AND id <= CAST(? AS UNSIGNED)',
      [after, upTo],
    );
    findings.examined(Number(count));
  });
};
