import type { Check } from './verification.js';

const SERIES = `SELECT s.voucher_type_id, s.period_start, s.last_number, t.name, COUNT(v.id) AS numbered
  FROM voucher_number_series s JOIN voucher_types t ON t.id = s.voucher_type_id
  LEFT JOIN vouchers v ON v.voucher_type_id = s.voucher_type_id AND v.number_period = s.period_start AND v.number IS NOT NULL
  GROUP BY s.voucher_type_id, s.period_start, s.last_number, t.name`;

const DUPLICATES = `SELECT t.name, v.number_period, v.number, COUNT(*) AS times FROM vouchers v JOIN voucher_types t ON t.id = v.voucher_type_id
  WHERE v.number IS NOT NULL AND v.number_period IS NOT NULL AND v.voucher_type_id = ? GROUP BY v.number_period, v.number, t.name HAVING COUNT(*) > 1 LIMIT 100`;

const UNNUMBERED = `SELECT v.id, t.name FROM vouchers v JOIN voucher_types t ON t.id = v.voucher_type_id
  WHERE v.voucher_type_id = ? AND v.number IS NULL AND v.status <> 'draft' LIMIT 100`;

/** Each series gave as many numbers as there are vouchers that have one: no gap, no duplicate, none without. */
export const checkNumbers: Check = async (tx, findings) => {
  findings.begin('numbers');
  const series: {
    voucher_type_id: string;
    period_start: string;
    last_number: number;
    name: string;
    numbered: string;
  }[] = await tx.query(SERIES);
  // more than were given: the type was once numbered by hand
  for (const { voucher_type_id, period_start, last_number, name, numbered } of series)
    if (Number(numbered) < Number(last_number))
      findings.found(
        `series of ${name} from ${period_start}: ${last_number} numbers were given, ${numbered} vouchers have one`,
        { object_type: 'voucher_type', object_id: voucher_type_id },
      );
  const types: { id: string; numbering: string }[] = await tx.query('SELECT id, numbering FROM voucher_types');
  for (const { id, numbering } of types) {
    const object = { object_type: 'voucher_type', object_id: id };
    const twice: { name: string; number: string; number_period: string; times: string }[] = await tx.query(DUPLICATES, [
      id,
    ]);
    for (const { name, number, number_period, times } of twice)
      findings.found(`${name} ${number} (series from ${number_period}) is there ${times} times`, object);
    if (numbering !== 'automatic') continue;
    const without: { id: string; name: string }[] = await tx.query(UNNUMBERED, [id]);
    for (const voucher of without) findings.found(`voucher ${voucher.id} of ${voucher.name} has no number`, object);
  }
  findings.examined(series.length);
};
