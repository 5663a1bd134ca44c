import { type Actor, Decimal, fractionDigits, malformed, newId, ruleBroken, ZERO } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { EditLog } from '../edit-log/edit-log.js';
import {
  assertDate,
  createdBy,
  insertDrafts,
  insertLines,
  type PreparedVoucher,
  postDrafts,
  readVoucherTypes,
} from '../vouchers/voucher-store.js';
import type { BillPart } from '../vouchers/voucher-lines.js';
import type { OpeningBalanceDto } from './ledger.dto.js';
import type { Ledger } from './ledger.entity.js';

const DIFFERENCE_CODE = 'opening_difference';
const DIFFERENCE_NAME = 'Suspense A/c';
const FIELD = 'opening_balance';

/** What is to be set; bills that it consists of, for a ledger that is kept bill by bill: they add up to it. */
export type NewOpening = OpeningBalanceDto & { bills?: readonly BillPart[] };

/** An opening that is to be set, checked. */
interface Opening {
  amount: Decimal;
  bills?: readonly BillPart[];
  side: 'debit' | 'credit';
  settings: CompanySettings;
}

/**
 * An opening balance is an entry, not a number beside the books: each ledger's stands in a small voucher of its own
 * against *Suspense A/c*, so that openings always add up to zero and a difference is visible there.
 */
@Injectable()
export class OpeningBalance {
  constructor(
    private readonly settings: CompanySettingsReader,
    private readonly editLog: EditLog,
  ) {}

  /**
   * Sets a ledger's opening balance; zero takes it away, the same once more changes nothing. Within the caller's
   * transaction, which records the ledger's change.
   * @throws DomainError 400; 422 `period_locked`, `reserved`
   */
  async set(tx: EntityManager, ledger: Ledger, { amount: text, side, bills }: NewOpening, actor: Actor): Promise<void> {
    const settings = await this.settings.get(tx);
    const amount = readAmount(text, settings.currencyDigits);
    if (await isSame(tx, ledger, amount, side)) return;
    if (ledger.reservedCode === DIFFERENCE_CODE)
      throw ruleBroken('reserved', `${ledger.name} carries the difference of all opening balances, none of its own.`, [
        { field: FIELD, message: 'is the difference of the others' },
      ]);
    assertDate(settings.booksBegin, { settings, mayOverrideLock: false, field: FIELD });
    if (amount.isZero()) await this.remove(tx, ledger);
    else if (ledger.openingVoucherId === null) await this.add(tx, ledger, { amount, side, bills, settings }, actor);
    else await this.alter(tx, ledger, { amount, side, bills, settings }, actor);
  }

  private async add(tx: EntityManager, ledger: Ledger, opening: Opening, actor: Actor): Promise<void> {
    const voucher = await this.prepare(tx, ledger, opening, actor);
    const written = { id: newId(), voucher, createdBy: createdBy(actor) };
    const at = new Date();
    await insertDrafts(tx, [written], { at });
    await postDrafts(tx, [written], { ...opening.settings, at });
    await tx.query('UPDATE ledgers SET opening_voucher_id = ? WHERE id = ?', [written.id, ledger.id]);
  }

  private async alter(tx: EntityManager, ledger: Ledger, opening: Opening, actor: Actor): Promise<void> {
    const id = ledger.openingVoucherId!;
    const voucher = await this.prepare(tx, ledger, opening, actor);
    const [row]: { version: number }[] = await tx.query('SELECT version FROM vouchers WHERE id = ? FOR UPDATE', [id]);
    const version = row!.version + 1;
    await insertLines(tx, [{ id, version, voucher }]);
    await tx.query('UPDATE vouchers SET version = ?, total = ?, narration = ? WHERE id = ?', [
      version,
      voucher.total.toFixed(),
      voucher.narration,
      id,
    ]);
  }

  private async remove(tx: EntityManager, ledger: Ledger): Promise<void> {
    await tx.query(
      "UPDATE vouchers SET status = 'cancelled', cancel_reason = 'opening balance removed', cancelled_at = CURRENT_TIMESTAMP(6) WHERE id = ?",
      [ledger.openingVoucherId],
    );
    await tx.query('UPDATE ledgers SET opening_voucher_id = NULL WHERE id = ?', [ledger.id]);
  }

  private async prepare(
    tx: EntityManager,
    ledger: Ledger,
    { amount, side, bills: given, settings }: Opening,
    actor: Actor,
  ): Promise<PreparedVoucher> {
    const difference = await this.differenceLedger(tx, actor);
    const [debit, credit] = side === 'debit' ? [amount, ZERO] : [ZERO, amount];
    const onAccount = { type: 'on_account' as const, name: '', amount, dueDate: null };
    const bills = ledger.billByBill ? [...(given ?? [onAccount])] : [];
    const line = { narration: '', bills: [] };
    return {
      type: (await readVoucherTypes(tx)).opening(),
      date: settings.booksBegin,
      number: null,
      narration: `Opening balance of ${ledger.name}`,
      reference: '',
      affectsBooks: true,
      isOpening: true,
      total: amount,
      lockOverrideReason: null,
      path: `${FIELD}.`,
      lines: [
        { ...line, id: newId(), ledgerId: ledger.id, ledger: ledger.name, debit, credit, bills },
        { ...line, id: newId(), ledgerId: difference.id, ledger: difference.name, debit: credit, credit: debit },
      ],
    };
  }

  /** *Suspense A/c*, made when the first opening balance comes. */
  private async differenceLedger(tx: EntityManager, actor: Actor): Promise<{ id: string; name: string }> {
    const existing = await findDifferenceLedger(tx);
    if (existing) return existing;
    const [named] = await tx.query('SELECT id FROM ledgers WHERE name = ?', [DIFFERENCE_NAME]);
    const name = named ? `${DIFFERENCE_NAME} (opening balances)` : DIFFERENCE_NAME;
    const { affectedRows } = await tx.query(
      `INSERT IGNORE INTO ledgers (id, name, group_id, is_reserved, reserved_code)
         SELECT ?, ?, id, 1, ? FROM account_groups WHERE reserved_code = 'suspense'`,
      [newId(), name, DIFFERENCE_CODE],
    );
    const made = await findDifferenceLedger(tx);
    if (!made) throw new Error(`the ledger ${name} for opening differences could not be made`);
    if (affectedRows > 0)
      await this.editLog.record(tx, actor, {
        action: 'created',
        objectType: 'ledger',
        objectId: made.id,
        objectName: made.name,
        after: { ...made, reserved_code: DIFFERENCE_CODE },
      });
    return made;
  }
}

function readAmount(text: string, digits: number): Decimal {
  if (fractionDigits(text) > digits)
    throw malformed(`${FIELD}.amount ${text} has more than ${digits} digits after the point`, [
      { field: `${FIELD}.amount`, message: `has more than ${digits} digits after the point` },
    ]);
  return new Decimal(text);
}

async function isSame(tx: EntityManager, ledger: Ledger, amount: Decimal, side: 'debit' | 'credit'): Promise<boolean> {
  if (ledger.openingVoucherId === null) return amount.isZero();
  const [entry]: { debit: string; credit: string }[] = await tx.query(
    'SELECT debit, credit FROM entries WHERE voucher_id = ? AND ledger_id = ? AND in_books = 1',
    [ledger.openingVoucherId, ledger.id],
  );
  return entry !== undefined && amount.equals(entry[side]) && !amount.isZero();
}

async function findDifferenceLedger(tx: EntityManager): Promise<{ id: string; name: string } | undefined> {
  const [row] = await tx.query('SELECT id, name FROM ledgers WHERE reserved_code = ? LOCK IN SHARE MODE', [
    DIFFERENCE_CODE,
  ]);
  return row;
}
