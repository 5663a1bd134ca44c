import { currencyDigits, Decimal, formatAmount, ZERO } from '@finvera/common';
import type { Adjustment, ForeignAnswerDto, ForeignDto } from './foreign.dto.js';

/** What an entry is in a foreign currency. */
export interface ForeignAmount {
  currency: string;
  debit: Decimal;
  credit: Decimal;
  /** base units for one foreign unit; null of an adjustment */
  rate: Decimal | null;
  adjusts: Adjustment | null;
}

/** Of an entry whose amounts `completeForeign` found in order. */
export const foreignAmount = (foreign: ForeignDto): ForeignAmount => ({
  currency: foreign.currency,
  debit: foreign.debit ? new Decimal(foreign.debit) : ZERO,
  credit: foreign.credit ? new Decimal(foreign.credit) : ZERO,
  rate: foreign.rate ? new Decimal(foreign.rate) : null,
  adjusts: foreign.adjusts ?? null,
});

export const foreignAnswer = ({ currency, debit, credit, rate, adjusts }: ForeignAmount): ForeignAnswerDto => ({
  currency,
  debit: debit.isZero() ? null : formatAmount(debit, currencyDigits(currency)),
  credit: credit.isZero() ? null : formatAmount(credit, currencyDigits(currency)),
  rate: rate === null ? null : rate.toFixed(),
  adjusts,
});

/** The columns of `entry_currencies` that reading an entry joins. */
export interface ForeignColumns {
  currency: string | null;
  foreign_debit: string | null;
  foreign_credit: string | null;
  rate: string | null;
  purpose: Adjustment | 'movement' | null;
}

export const foreignOfColumns = (row: ForeignColumns): ForeignAnswerDto | null =>
  row.currency === null
    ? null
    : foreignAnswer({
        currency: row.currency,
        debit: new Decimal(row.foreign_debit ?? 0),
        credit: new Decimal(row.foreign_credit ?? 0),
        rate: row.rate === null ? null : new Decimal(row.rate),
        adjusts: row.purpose === 'movement' ? null : row.purpose,
      });

/** An entry that is being written. */
interface EntryInCurrency {
  voucherId: string;
  version: number;
  date: string;
  line: { id: string; ledgerId: string; foreign?: ForeignAmount | null };
}

/** Rows of `entry_currencies` for entries that are being written. */
export const foreignRows = (entries: readonly EntryInCurrency[]): unknown[][] =>
  entries.flatMap(({ voucherId, version, date, line: { id, ledgerId, foreign } }) =>
    foreign
      ? [
          [id, voucherId, version, ledgerId, foreign.currency, date, foreign.debit.toFixed(), foreign.credit.toFixed(), foreign.rate?.toFixed() ?? null, foreign.adjusts ?? 'movement'],
        ] // biome-ignore format: one row
      : [],
  );

export const INSERT_FOREIGN =
  'INSERT INTO entry_currencies (entry_id, voucher_id, voucher_version, ledger_id, currency, date, debit, credit, rate, purpose) VALUES ?';
