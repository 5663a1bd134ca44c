import { Decimal, groupBy, readJson } from '@finvera/common';
import { STATUS_SHOWN } from '../approvals/approval-answer.js';
import { type Check, type Findings, inRanges } from './verification.js';

const VOUCHERS_AT_ONCE = 500;

const NEXT = `SELECT MAX(id) AS last, COUNT(*) AS count
  FROM (SELECT id FROM vouchers WHERE id > CAST(? AS UNSIGNED) ORDER BY id LIMIT ?) v`;

// opening balances and the vouchers that close years are logged as changes of their ledger and their year
const VOUCHERS = `SELECT v.id, v.date, v.number, ${STATUS_SHOWN} AS status, v.total, v.version
  FROM vouchers v JOIN voucher_types t ON t.id = v.voucher_type_id LEFT JOIN voucher_approvals a ON a.voucher_id = v.id
  WHERE v.id > CAST(? AS UNSIGNED) AND v.id <= CAST(? AS UNSIGNED) AND v.is_opening = 0 AND t.base_type NOT IN ('opening', 'closing')`;

const LAST_LOGGED = `SELECT e.object_id, e.after_state FROM edit_log e JOIN (
    SELECT object_id, MAX(id) AS id FROM edit_log WHERE object_type = 'voucher' AND object_id IN (?)
      AND action IN ('created', 'submitted', 'rejected', 'withdrawn', 'posted', 'updated', 'altered', 'cancelled') GROUP BY object_id) last ON last.id = e.id`;

const ENTRIES = `SELECT e.voucher_id, e.ledger_id, e.debit, e.credit FROM entries e JOIN vouchers v ON v.id = e.voucher_id AND v.version = e.voucher_version
  WHERE e.voucher_id > CAST(? AS UNSIGNED) AND e.voucher_id <= CAST(? AS UNSIGNED) AND v.is_opening = 0 ORDER BY e.voucher_id, e.line_no`;

interface VoucherRow {
  id: string;
  date: string;
  number: string | null;
  status: string;
  total: string;
  version: number;
}

interface EntryRow {
  ledger_id: string;
  debit: string | null;
  credit: string | null;
}

interface Logged extends VoucherRow {
  entries: EntryRow[];
}

/** Every voucher is what the edit log says that it became last. */
export const checkHistory: Check = async (tx, findings) => {
  findings.begin('history');
  await inRanges(tx, { next: NEXT, size: VOUCHERS_AT_ONCE }, async (after, upTo) => {
    const vouchers: VoucherRow[] = await tx.query(VOUCHERS, [after, upTo]);
    if (vouchers.length === 0) return;
    const rows: { object_id: string; after_state: unknown }[] = await tx.query(LAST_LOGGED, [
      vouchers.map(({ id }) => id),
    ]);
    const logged = new Map(rows.map(({ object_id, after_state }) => [object_id, readJson<Logged>(after_state)]));
    const entries = groupBy(
      (await tx.query(ENTRIES, [after, upTo])) as (EntryRow & { voucher_id: string })[],
      (row) => row.voucher_id,
    );
    for (const voucher of vouchers)
      compare({ ...voucher, entries: entries.get(voucher.id) ?? [] }, logged.get(voucher.id), findings);
    findings.examined(vouchers.length);
  });
};

function compare(voucher: Logged, said: Logged | undefined, findings: Findings): void {
  const difference = differenceOf(voucher, said);
  if (difference) findings.found(difference, { object_type: 'voucher', object_id: voucher.id });
}

function differenceOf(voucher: Logged, said: Logged | undefined): string | null {
  if (!said) return `voucher ${voucher.id} is not in the edit log: it was made around the program`;
  const other = (['date', 'number', 'status'] as const).find(
    (field) => (voucher[field] ?? null) !== (said[field] ?? null),
  );
  if (other) return `voucher ${voucher.id}: ${other} is ${voucher[other]}, the edit log says ${said[other]}`;
  if (!new Decimal(voucher.total).equals(said.total))
    return `voucher ${voucher.id}: total is ${voucher.total}, the edit log says ${said.total}`;
  return linesOf(voucher) === linesOf(said)
    ? null
    : `voucher ${voucher.id}: its entries are not those that the edit log has`;
}

const linesOf = ({ entries }: Logged): string =>
  entries
    .map(({ ledger_id, debit, credit }) => `${ledger_id} ${new Decimal(debit ?? 0)} ${new Decimal(credit ?? 0)}`)
    .join('\n');
