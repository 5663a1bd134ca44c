import { Decimal } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { sum } from '../amounts.js';
import type { Period } from '../frame/compared-periods.js';
import { statementLink } from '../frame/links.js';
import type { LedgerMovement } from '../ledger-movements.js';
import { activityOf, CASH_LINE } from './activities.js';
import type { CashFlow } from './flow.js';

/**
 * The other sides of all vouchers of the period that move cash. A voucher balances: what its other entries come to is
 * what came into cash, so that the sums are exact however a voucher is made up.
 */
const OTHER_SIDES = `SELECT e.ledger_id, SUM(e.debit) AS debit, SUM(e.credit) AS credit
  FROM (SELECT DISTINCT c.voucher_id FROM entries c FORCE INDEX (entries_ledger)
    WHERE c.ledger_id IN (?) AND c.in_books = 1 AND c.is_opening = 0 AND c.date BETWEEN ? AND ?) moving
  JOIN entries e ON e.voucher_id = moving.voucher_id AND e.in_books = 1
  WHERE e.ledger_id NOT IN (?) GROUP BY e.ledger_id`;

/** Receipts and payments by the ledger on the other side (AS 3, paragraph 18 a). */
@Injectable()
export class DirectCashFlow {
  constructor(@InjectTenantReader() private readonly reader: TenantReader) {}

  /** @param lineOf the line of Schedule III of a ledger */
  async read(
    movements: readonly LedgerMovement[],
    period: Period,
    lineOf: (movement: LedgerMovement) => string,
  ): Promise<CashFlow> {
    const cash = movements.filter((one) => lineOf(one) === CASH_LINE);
    const opening = sum(cash.map(({ before }) => before));
    if (cash.length === 0) return { opening, flows: [] };
    const ids = cash.map(({ ledgerId }) => ledgerId);
    const rows: { ledger_id: string; debit: string; credit: string }[] = await this.reader.read((source) =>
      source.query(OTHER_SIDES, [ids, period.from, period.to, ids]),
    );
    const sides = new Map(rows.map((row) => [row.ledger_id, row]));
    const flows = movements.flatMap((one) => {
      const side = sides.get(one.ledgerId);
      if (!side) return [];
      const [receipts, payments] = [new Decimal(side.credit), new Decimal(side.debit)];
      return {
        key: one.ledgerId,
        activity: activityOf(lineOf(one)),
        title: one.ledger,
        amount: receipts.minus(payments),
        receipts,
        payments,
        links: statementLink(one.ledgerId, period),
      };
    });
    return { opening, flows };
  }
}
