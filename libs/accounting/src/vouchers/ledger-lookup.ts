import { type FieldError, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { foldName } from './same-name.js';
import type { VoucherLine } from './voucher-lines.js';

export interface KnownLedger {
  id: string;
  name: string;
  billByBill: boolean;
  creditDays: number | null;
  isActive: boolean;
  groupId: string;
}

interface Row {
  id: string;
  name: string;
  bill_by_bill: number;
  credit_days: number | null;
  is_active: number;
  group_id: string;
}

const SELECT = `SELECT id, name, bill_by_bill, credit_days, is_active, group_id FROM ledgers WHERE id IN (?)
  UNION SELECT id, name, bill_by_bill, credit_days, is_active, group_id FROM ledgers WHERE name IN (?)`;

/** Ledgers of a batch of vouchers, looked up once. */
export class LedgerLookup {
  private readonly byId = new Map<string, KnownLedger>();
  private readonly byName = new Map<string, KnownLedger>();
  /** null: several, so that none is meant */
  private readonly byFoldedName = new Map<string, KnownLedger | null>();

  private constructor(ledgers: readonly KnownLedger[]) {
    for (const ledger of ledgers) {
      this.byId.set(ledger.id, ledger);
      this.byName.set(ledger.name, ledger);
      const folded = foldName(ledger.name);
      this.byFoldedName.set(folded, this.byFoldedName.has(folded) ? null : ledger);
    }
  }

  static async load(tx: EntityManager, lines: readonly VoucherLine[]): Promise<LedgerLookup> {
    const ids = [...new Set(lines.flatMap((line) => line.ledgerId ?? []))];
    const names = [...new Set(lines.flatMap((line) => line.ledgerName ?? []))];
    const rows: Row[] = await tx.query(SELECT, [ids.length > 0 ? ids : ['0'], names.length > 0 ? names : ['']]);
    return new LedgerLookup(
      rows.map((row) => ({
        id: row.id,
        name: row.name,
        billByBill: Boolean(row.bill_by_bill),
        creditDays: row.credit_days,
        isActive: Boolean(row.is_active),
        groupId: row.group_id,
      })),
    );
  }

  /**
   * The ledger of a line.
   * @param path where the entry stands in the body
   * @throws DomainError 422 `ledger_not_found`, `ledger_inactive`, `ledger_not_bill_by_bill`
   */
  of(line: VoucherLine, path: string): KnownLedger {
    const ledger = line.ledgerId !== undefined ? this.byId.get(line.ledgerId) : this.named(line.ledgerName ?? '');
    const field = `${path}.${line.ledgerId !== undefined ? 'ledger_id' : 'ledger'}`;
    const named = JSON.stringify(line.ledgerId ?? line.ledgerName);
    if (!ledger)
      throw refuse('ledger_not_found', `There is no ledger ${named}.`, {
        field,
        message: 'is not a ledger of this company',
      });
    if (!ledger.isActive)
      throw refuse('ledger_inactive', `The ledger ${ledger.name} is not active.`, { field, message: 'is not active' });
    if (line.bills && line.bills.length > 0 && !ledger.billByBill)
      throw refuse('ledger_not_bill_by_bill', `The ledger ${ledger.name} is not kept bill by bill.`, {
        field: `${path}.bills`,
        message: 'only for ledgers that are kept bill by bill',
      });
    return ledger;
  }

  private named(name: string): KnownLedger | null | undefined {
    return this.byName.get(name) ?? this.byFoldedName.get(foldName(name));
  }
}

const refuse = (code: string, message: string, detail: FieldError) => ruleBroken(code, message, [detail]);

/** Ids of the cash and bank groups and all groups below them. */
export async function cashAndBankGroups(tx: EntityManager): Promise<Set<string>> {
  const rows: { id: string }[] = await tx.query(
    `WITH RECURSIVE below AS (
       SELECT id FROM account_groups WHERE reserved_code IN ('cash_in_hand', 'bank_accounts', 'bank_od')
       UNION SELECT g.id FROM account_groups g JOIN below b ON g.parent_id = b.id)
     SELECT id FROM below`,
  );
  return new Set(rows.map(({ id }) => id));
}
