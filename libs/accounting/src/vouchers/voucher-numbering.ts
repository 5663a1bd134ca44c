import { conflict, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { financialYearOf } from '../periods/financial-year.js';
import type { VoucherType } from './voucher-type.entity.js';

/** CGST Rules, rule 46: a consecutive serial number of not more than sixteen characters, unique for a financial year. */
export const NUMBER_MAX_LENGTH = 16;

/** First day of the series that never restarts. */
const ALWAYS = '1900-01-01';

type NumberFormat = Pick<VoucherType, 'name' | 'numberPrefix' | 'numberSuffix' | 'numberWidth'>;
type NumberSeries = Pick<VoucherType, 'numbering' | 'numberRestart'>;

/** First day of the period within which a voucher's number is unique; null when its type has no numbers. */
export function numberPeriod(type: NumberSeries, date: string, financialYearStart: string): string | null {
  if (type.numbering === 'none') return null;
  if (type.numbering === 'automatic' && type.numberRestart === 'never') return ALWAYS;
  if (type.numbering === 'automatic' && type.numberRestart === 'month') return `${date.slice(0, 7)}-01`;
  return financialYearOf(date, financialYearStart).start;
}

/** @throws DomainError 422 `number_too_long` */
export function formatNumber(type: NumberFormat, serial: number): string {
  const number = `${type.numberPrefix}${String(serial).padStart(type.numberWidth, '0')}${type.numberSuffix}`;
  if (number.length > NUMBER_MAX_LENGTH)
    throw ruleBroken(
      'number_too_long',
      `The number ${number} has more than ${NUMBER_MAX_LENGTH} characters; shorten the prefix or suffix of ${type.name}.`,
    );
  return number;
}

export interface GivenNumberOptions {
  /** number that the voucher has already: sending it again changes nothing */
  kept: string | null;
  /** false for drafts */
  required: boolean;
  field: string;
}

/**
 * The number that was given by hand, or kept; null for types that are not numbered by hand.
 * @throws DomainError 422 `number_required`, `number_not_allowed`, `number_too_long`
 */
export function givenNumber(
  { name, numbering }: Pick<VoucherType, 'name' | 'numbering'>,
  body: string | null | undefined,
  { kept, required, field }: GivenNumberOptions,
): string | null {
  const given = body || null;
  if (numbering !== 'manual') {
    if (given === null || given === kept) return null;
    throw ruleBroken('number_not_allowed', `Vouchers of type ${name} are not numbered by hand.`, [
      { field, message: numbering === 'automatic' ? 'is given by the program' : 'is not for this type' },
    ]);
  }
  const number = given ?? kept;
  if (number === null && required)
    throw ruleBroken('number_required', `Vouchers of type ${name} are numbered by hand: send number.`, [
      { field, message: 'is required' },
    ]);
  if (number !== null && number.length > NUMBER_MAX_LENGTH)
    throw ruleBroken('number_too_long', `A number has at most ${NUMBER_MAX_LENGTH} characters.`, [
      { field, message: 'is too long' },
    ]);
  return number;
}

/**
 * Takes the next numbers of a series. The series' row stays locked until the transaction ends, which is what keeps
 * numbers without gaps: call it as late as possible.
 * @returns the first of them
 */
export async function takeNumbers(tx: EntityManager, typeId: string, period: string, count: number): Promise<number> {
  const result: { insertId: number | string } = await tx.query(
    `INSERT INTO voucher_number_series (voucher_type_id, period_start, last_number) VALUES (?, ?, LAST_INSERT_ID(?))
       ON DUPLICATE KEY UPDATE last_number = LAST_INSERT_ID(last_number + ?)`,
    [typeId, period, count, count],
  );
  return Number(result.insertId) - count + 1;
}

export const numberTaken = (number: string, field: string) =>
  conflict('voucher_number_taken', `The number ${number} is taken in this financial year.`, {
    details: [{ field, message: 'is taken' }],
  });
