import { Decimal as DecimalJs } from 'decimal.js';

/** decimal.js with enough digits that adding up amounts never rounds. */
export const Decimal = DecimalJs.clone({ precision: 60, toExpNeg: -30, toExpPos: 60 });
export type Decimal = DecimalJs;

export const ZERO: Decimal = new Decimal(0);

/** At most 15 digits before the point: the columns are DECIMAL(22,4). */
const PLAIN_DECIMAL = /^\d{1,15}(\.\d{1,4})?$/;

/** Whether the text is a plain, unsigned decimal ("1234.50") that fits the columns. */
export const isPlainAmount = (text: unknown): text is string => typeof text === 'string' && PLAIN_DECIMAL.test(text);

/** Number of fraction digits of a plain decimal. */
export function fractionDigits(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

/** A DECIMAL column's text: plain digits, always with a fraction. */
const COLUMN_TEXT = /^-?\d+\.\d+$/;

/**
 * The amount as it travels: plain decimal with exactly the currency's digits.
 * What a column holds mostly only ends in zeros too many: then they are cut off, without a decimal being made of it.
 */
export function formatAmount(amount: Decimal | string, digits: number): string {
  if (typeof amount === 'string' && COLUMN_TEXT.test(amount)) {
    const end = amount.indexOf('.') + 1 + digits;
    if (end <= amount.length && onlyZeros(amount, end)) return amount.slice(0, digits === 0 ? end - 1 : end);
  }
  return new Decimal(amount).toFixed(digits);
}

function onlyZeros(text: string, from: number): boolean {
  for (let at = from; at < text.length; at += 1) if (text[at] !== '0') return false;
  return true;
}

/** Fraction digits per ISO 4217 currency that differ from two. */
const OTHER_DIGITS: Record<string, number> = {
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0,
  XAF: 0, XOF: 0, XPF: 0, CLF: 4, UYW: 4,
}; // biome-ignore format: a table

/** Fraction digits of an ISO 4217 currency. */
export const currencyDigits = (currency: string): number => OTHER_DIGITS[currency] ?? 2;
