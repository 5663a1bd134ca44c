import { type Actor, Decimal, fractionDigits, malformed, newId, ZERO } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { assertDate, insertDrafts, insertLines, type PreparedVoucher, postDrafts } from '../vouchers/voucher-store.js';
import { VoucherType } from '../vouchers/voucher-type.entity.js';
import type { OpeningBalanceDto } from './ledger.dto.js';
import type { Ledger } from './ledger.entity.js';

const DIFFERENCE_CODE = 'opening_difference';
const DIFFERENCE_NAME = 'Suspense A/c';

/**
 * An opening balance is an entry, not a number beside the books: each ledger's stands in a small voucher of its own
 * against *Suspense A/c*, so that openings always add up to zero and a difference is visible there.
 */
@Injectable()
export class OpeningBalance {
  constructor(private readonly settings: CompanySettingsReader) {}

  /** Sets a ledger's opening balance; zero takes it away. Within the caller's transaction. */
  async set(tx: EntityManager, ledger: Ledger, opening: OpeningBalanceDto, actor: Actor): Promise<void> {
    const settings = await this.settings.get(tx);
    const amount = readAmount(opening.amount, settings.currencyDigits);
    assertDate({ date: settings.booksBegin }, 'opening_balance.', settings, false);
    if (!ledger.openingVoucherId) {
      if (amount.isZero()) return;
      const voucher = await this.prepare(tx, ledger, amount, opening.side, settings);
      const id = newId();
      await insertDrafts(tx, [{ id, voucher }], actor.name);
      await postDrafts(tx, [{ id, voucher }], settings.financialYearStart);
      await tx.query('UPDATE ledgers SET opening_voucher_id = ? WHERE id = ?', [id, ledger.id]);
      return;
    }
    const id = ledger.openingVoucherId;
    if (amount.isZero()) {
      await tx.query(
        "UPDATE vouchers SET status = 'cancelled', cancel_reason = 'opening balance removed', cancelled_at = CURRENT_TIMESTAMP(6) WHERE id = ?",
        [id],
      );
      await tx.query('UPDATE ledgers SET opening_voucher_id = NULL WHERE id = ?', [ledger.id]);
      return;
    }
    const voucher = await this.prepare(tx, ledger, amount, opening.side, settings);
    const [{ version }] = await tx.query('SELECT version FROM vouchers WHERE id = ? FOR UPDATE', [id]);
    await insertLines(tx, [{ id, version: version + 1, voucher }]);
    await tx.query('UPDATE vouchers SET version = ?, total = ? WHERE id = ?', [version + 1, amount.toFixed(), id]);
  }

  private async prepare(
    tx: EntityManager,
    ledger: Ledger,
    amount: Decimal,
    side: 'debit' | 'credit',
    settings: CompanySettings,
  ): Promise<PreparedVoucher> {
    const type = await tx.findOneByOrFail(VoucherType, { baseType: 'opening' });
    const [debit, credit] = side === 'debit' ? [amount, ZERO] : [ZERO, amount];
    const bills = ledger.billByBill ? [{ type: 'on_account' as const, name: '', amount, dueDate: null }] : [];
    return {
      type,
      date: settings.booksBegin,
      number: null,
      narration: `Opening balance of ${ledger.name}`,
      reference: '',
      affectsBooks: true,
      isOpening: true,
      total: amount,
      lockOverrideReason: null,
      path: 'opening_balance.',
      lines: [
        { id: newId(), ledgerId: ledger.id, debit, credit, narration: '', bills },
        { id: newId(), ledgerId: await differenceLedger(tx), debit: credit, credit: debit, narration: '', bills: [] },
      ],
    };
  }
}

function readAmount(text: string, digits: number): Decimal {
  if (fractionDigits(text) > digits)
    throw malformed(`opening_balance.amount ${text} has more than ${digits} digits after the point`, [
      { field: 'opening_balance.amount', message: `has more than ${digits} digits after the point` },
    ]);
  return new Decimal(text);
}

/** *Suspense A/c*, made when the first opening balance comes. */
async function differenceLedger(tx: EntityManager): Promise<string> {
  const find = async (): Promise<string | undefined> => {
    const [row] = await tx.query('SELECT id FROM ledgers WHERE reserved_code = ? LOCK IN SHARE MODE', [
      DIFFERENCE_CODE,
    ]);
    return row?.id;
  };
  const existing = await find();
  if (existing) return existing;
  const [named] = await tx.query('SELECT id FROM ledgers WHERE name = ?', [DIFFERENCE_NAME]);
  const name = named ? `${DIFFERENCE_NAME} (opening balances)` : DIFFERENCE_NAME;
  await tx.query(
    `INSERT IGNORE INTO ledgers (id, name, group_id, is_reserved, reserved_code)
       SELECT ?, ?, id, 1, ? FROM account_groups WHERE reserved_code = 'suspense'`,
    [newId(), name, DIFFERENCE_CODE],
  );
  return (await find())!;
}
