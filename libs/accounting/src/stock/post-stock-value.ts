import {
  type Actor,
  Decimal,
  type IdempotencyRequest,
  isCalendarDate,
  malformed,
  ruleBroken,
  todayIn,
  ZERO,
} from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { reservedLedger } from '../chart/reserved-ledger.js';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import type { WhenHeld } from '../vouchers/post-or-submit.js';
import { PostVouchers } from '../vouchers/post-vouchers.js';
import type { CreateVoucherDto, VoucherDto } from '../vouchers/voucher.dto.js';
import { ReadStock } from './read-stock.js';
import type { PostStockValueDto } from './stock.dto.js';

export const CLOSING_STOCK = { code: 'closing_stock', name: 'Closing Stock', group: 'stock_in_hand' };
const STOCK_CHANGE = { code: 'stock_change', name: 'Changes in Inventories', group: 'direct_expenses' };

/** Days that one run brings into the books: it is one transaction. */
const DAYS_MAX = 1_000;

export interface StockOptions {
  actor: Actor;
  mayOverrideLock: boolean;
  /** by default what an approval rule holds back is refused */
  whenHeld?: WhenHeld;
  idempotency?: IdempotencyRequest;
  dryRun?: boolean;
}

/** The balance of *Closing Stock* after each day on which it moved. */
const BALANCES = `SELECT e.date, SUM(e.debit - e.credit) AS net FROM ledgers l JOIN entries e ON e.ledger_id = l.id AND e.in_books = 1
  WHERE l.reserved_code = ? AND e.date <= ? GROUP BY e.date ORDER BY e.date`;

/**
 * Brings the value of stock into the books: a journal between *Closing Stock* and *Changes in Inventories* by the
 * difference between what stock is worth and what the ledger says. From then on balance sheet and profit & loss have it.
 * Periodic: on the day asked for. Perpetual: on each day up to it on which stock moved, also where vouchers were
 * altered or dated back since. A second time there is nothing left to post.
 */
@Injectable()
export class PostStockValue {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly stock: ReadStock,
    private readonly vouchers: PostVouchers,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 400; 422 `too_many_days`, `period_locked`, `year_closed` */
  async post(body: PostStockValueDto, options: StockOptions): Promise<VoucherDto[]> {
    if (body.date !== undefined && !isCalendarDate(body.date))
      throw malformed(`date ${body.date} is not a date (YYYY-MM-DD)`, [{ field: 'date', message: 'is not a date' }]);
    const { idempotency, dryRun } = options;
    // nobody posts between valuing the stock and posting its value
    return this.transaction.run(async (tx) => this.within(tx, await this.settings.lock(tx), body, options), {
      idempotency,
      dryRun,
    });
  }

  private async within(
    tx: EntityManager,
    settings: CompanySettings,
    body: PostStockValueDto,
    options: StockOptions,
  ): Promise<VoucherDto[]> {
    const date = body.date ?? todayIn(settings.timeZone);
    const values = await this.stock.valuesByDay(tx, date);
    const [row]: { stock_in_books: string }[] = await tx.query(
      'SELECT stock_in_books FROM company_settings WHERE id = 1',
    );
    const balances: { date: string; net: string }[] = await tx.query(BALANCES, [CLOSING_STOCK.code, date]);
    const days =
      row!.stock_in_books === 'perpetual'
        ? [...new Set([...values.keys(), ...balances.map((one) => one.date), date])].sort()
        : [date];
    const differences = differencesOf(days, { values, balances, digits: settings.currencyDigits });
    if (differences.length === 0) return [];
    if (differences.length > DAYS_MAX)
      throw ruleBroken(
        'too_many_days',
        `Stock moved on ${differences.length} days that are not in the books, more than ${DAYS_MAX}; send an earlier date first.`,
        [{ field: 'date', message: 'is too late' }],
      );
    const made = { actor: options.actor, editLog: this.editLog };
    const ledgers = {
      stock: await reservedLedger(tx, CLOSING_STOCK, made),
      change: await reservedLedger(tx, STOCK_CHANGE, made),
    };
    const [type]: { id: string }[] = await tx.query(
      "SELECT id FROM voucher_types WHERE base_type = 'journal' AND is_reserved = 1",
    );
    const bodies = differences.map(({ day, amount }): CreateVoucherDto => {
      const value = amount.abs().toFixed(settings.currencyDigits);
      const [raised, lowered] = amount.isNegative() ? [ledgers.change, ledgers.stock] : [ledgers.stock, ledgers.change];
      return {
        voucher_type: type!.id,
        date: day,
        narration: `Value of stock on ${day}`,
        lock_override_reason: body.lock_override_reason,
        entries: [
          { ledger_id: raised, debit: value },
          { ledger_id: lowered, credit: value },
        ],
      };
    });
    const { whenHeld = 'refuse' } = options;
    return this.vouchers.within(tx, bodies, { ...options, whenHeld, bulk: bodies.length > 1 });
  }
}

/** By how much the ledger has to change on each day, those of earlier days taken into account. */
function differencesOf(
  days: readonly string[],
  {
    values,
    balances,
    digits,
  }: { values: ReadonlyMap<string, Decimal>; balances: readonly { date: string; net: string }[]; digits: number },
): { day: string; amount: Decimal }[] {
  const worth = [...values];
  let [posted, value, balance] = [ZERO, ZERO, ZERO];
  let [nextValue, nextBalance] = [0, 0];
  return days.flatMap((day) => {
    for (; nextValue < worth.length && worth[nextValue]![0] <= day; nextValue += 1) value = worth[nextValue]![1];
    for (; nextBalance < balances.length && balances[nextBalance]!.date <= day; nextBalance += 1)
      balance = balance.plus(balances[nextBalance]!.net);
    const amount = value.toDecimalPlaces(digits, Decimal.ROUND_HALF_UP).minus(balance).minus(posted);
    posted = posted.plus(amount);
    return amount.isZero() ? [] : [{ day, amount }];
  });
}
