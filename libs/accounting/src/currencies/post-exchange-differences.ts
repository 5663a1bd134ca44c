import { type Actor, type Decimal, type IdempotencyRequest, ruleBroken, todayIn } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { ChangeVoucher } from '../vouchers/change-voucher.js';
import type { WhenHeld } from '../vouchers/post-or-submit.js';
import { PostVouchers } from '../vouchers/post-vouchers.js';
import { ReverseVoucher } from '../vouchers/reverse-voucher.js';
import type { CreateVoucherDto, VoucherDto } from '../vouchers/voucher.dto.js';
import type { EntryDto } from '../vouchers/voucher-body.dto.js';
import { ENTRIES_MAX } from '../vouchers/voucher-body.dto.js';
import { inBase } from './complete-foreign.js';
import { exchangeDifferenceLedger } from './exchange-difference-ledger.js';
import type { ExchangeDifferencesDto, RevaluationDto } from './exchange-differences.dto.js';
import type { Adjustment } from './foreign.dto.js';
import { type ForeignPosition, ReadForeignPositions } from './read-foreign-positions.js';
import { ratesAt } from './rates-at.js';

export interface DifferenceOptions {
  actor: Actor;
  mayOverrideLock: boolean;
  /** by default what an approval rule holds back is refused */
  whenHeld?: WhenHeld;
  idempotency?: IdempotencyRequest;
  dryRun?: boolean;
}

interface Difference {
  position: ForeignPosition;
  /** by which the ledger is raised, debit positive */
  amount: Decimal;
}

/** Brings exchange gains and losses into the books, as journal vouchers. */
@Injectable()
export class PostExchangeDifferences {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly positions: ReadForeignPositions,
    private readonly vouchers: PostVouchers,
    private readonly changes: ChangeVoucher,
    private readonly reverse: ReverseVoucher,
    private readonly editLog: EditLog,
  ) {}

  /**
   * Realised ones: what settlements at other rates left behind, reference by reference. A second time there is nothing left.
   * @throws DomainError 422 `ledger_not_found` and what posting refuses
   */
  settle(body: ExchangeDifferencesDto, options: DifferenceOptions): Promise<VoucherDto[]> {
    return this.run(options, async (tx, settings) => {
      const date = body.date ?? todayIn(settings.timeZone);
      const open = await this.positions.read(tx, {
        asOf: date,
        ledgerId: body.party_ledger_id ?? null,
        digits: settings.currencyDigits,
      });
      const differences = open.map((position) => ({ position, amount: position.carrying.minus(position.base) }));
      return this.post(tx, differences, { body, date, adjusts: 'settlement', settings, options });
    });
  }

  /**
   * Unrealised ones: brings every open foreign balance to the rate of the day.
   * @param body.reverse_on reverses the vouchers at once, on a later day
   * @throws DomainError 422 `exchange_rate_not_found`, `reversal_not_later`, `ledger_not_found` and what posting refuses
   */
  revalue(body: RevaluationDto, options: DifferenceOptions): Promise<VoucherDto[]> {
    return this.run(options, async (tx, settings) => {
      const date = body.date ?? todayIn(settings.timeZone);
      if (body.reverse_on && body.reverse_on <= date)
        throw ruleBroken('reversal_not_later', `The revaluation of ${date} is reversed on a later day.`, [
          { field: 'reverse_on', message: `is not after ${date}` },
        ]);
      const all = await this.positions.read(tx, {
        asOf: date,
        ledgerId: body.party_ledger_id ?? null,
        digits: settings.currencyDigits,
      });
      const open = all.filter(({ foreign }) => !foreign.isZero());
      const rates = await ratesAt(tx, open, { date, given: body.rates });
      const digits = { digits: settings.currencyDigits };
      const differences = open.map((position) => ({
        position,
        amount: inBase(position.foreign, rates.get(position.currency)!, digits).minus(position.carrying),
      }));
      const posted = await this.post(tx, differences, { body, date, adjusts: 'revaluation', settings, options });
      if (!body.reverse_on) return posted;
      const reversals: VoucherDto[] = [];
      const { whenHeld = 'refuse' } = options;
      for (const { id } of posted)
        reversals.push(
          await this.reverse.within(
            await this.changes.open(tx, id),
            { date: body.reverse_on },
            { ...options, whenHeld },
          ),
        );
      return [...posted, ...reversals];
    });
  }

  /** Nobody posts between reading the balances and posting the differences. */
  private run(
    { idempotency, dryRun }: DifferenceOptions,
    work: (tx: EntityManager, settings: CompanySettings) => Promise<VoucherDto[]>,
  ): Promise<VoucherDto[]> {
    return this.transaction.run(async (tx) => work(tx, await this.settings.lock(tx)), { idempotency, dryRun });
  }

  private async post(
    tx: EntityManager,
    differences: readonly Difference[],
    {
      body,
      date,
      adjusts,
      settings,
      options,
    }: {
      body: ExchangeDifferencesDto;
      date: string;
      adjusts: Adjustment;
      settings: CompanySettings;
      options: DifferenceOptions;
    },
  ): Promise<VoucherDto[]> {
    const found = differences.filter(({ amount }) => !amount.isZero());
    if (found.length === 0) return [];
    const ledgerId = await exchangeDifferenceLedger(
      tx,
      { id: body.ledger_id, name: body.ledger },
      { actor: options.actor, editLog: this.editLog },
    );
    const [type]: { id: string }[] = await tx.query(
      "SELECT id FROM voucher_types WHERE base_type = 'journal' AND is_reserved = 1",
    );
    const vouchers: CreateVoucherDto[] = [];
    for (let first = 0; first < found.length; first += PAIRS_PER_VOUCHER)
      vouchers.push({
        voucher_type: type!.id,
        date,
        narration: body.narration ?? NARRATION[adjusts],
        lock_override_reason: body.lock_override_reason,
        entries: found
          .slice(first, first + PAIRS_PER_VOUCHER)
          .flatMap((one) => entriesOf(one, { ledgerId, adjusts, digits: settings.currencyDigits })),
      });
    const { whenHeld = 'refuse' } = options;
    return this.vouchers.within(tx, vouchers, { ...options, whenHeld, bulk: vouchers.length > 1 });
  }
}

const PAIRS_PER_VOUCHER = ENTRIES_MAX / 2;

const NARRATION: Record<Adjustment, string> = {
  settlement: 'Exchange differences of settled amounts',
  revaluation: 'Revaluation of foreign balances',
};

/** The difference in the party's ledger, under its reference, and the gain or loss against it. */
function entriesOf(
  { position, amount }: Difference,
  { ledgerId, adjusts, digits }: { ledgerId: string; adjusts: Adjustment; digits: number },
): EntryDto[] {
  const value = amount.abs().toFixed(digits);
  const [party, other] = amount.isNegative() ? (['credit', 'debit'] as const) : (['debit', 'credit'] as const);
  const about = `${position.ledger} ${position.currency}${position.bill ? ` ${position.bill}` : ''}`;
  return [
    {
      ledger_id: position.ledgerId,
      [party]: value,
      foreign: { currency: position.currency, adjusts },
      ...(position.bill !== null && { bills: [{ type: 'agst_ref' as const, name: position.bill, amount: value }] }),
    },
    { ledger_id: ledgerId, [other]: value, narration: about },
  ];
}
