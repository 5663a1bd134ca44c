import type { ReportColumn } from '../frame/report-table.js';

export const isAmount = ({ kind }: ReportColumn): boolean =>
  kind === 'amount' || kind === 'balance' || kind === 'number';

/** Rupees are grouped as lakhs and crores: 12,34,567.00. */
const localeOf = (currency: string) => (currency === 'INR' ? 'en-IN' : 'en-US');

/**
 * Amounts as they stand on paper, exact whatever their size: the formatter takes the decimal's text, never a number.
 * A `balance` stands with its side instead of a sign: "1,180.00 Dr".
 */
export function amountsOnPaper(currency: string, digits: number) {
  const format = new Intl.NumberFormat(localeOf(currency), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const plain = (amount: string) => format.format(amount as Intl.StringNumericLiteral);
  return (amount: string, { kind, blankZero }: ReportColumn): string => {
    if (kind === 'number') return amount;
    if (blankZero && /^-?0+(\.0+)?$/.test(amount)) return '';
    if (kind === 'amount') return plain(amount);
    const isZero = /^-?0+(\.0+)?$/.test(amount);
    return `${plain(amount.replace('-', ''))}${isZero ? '' : amount.startsWith('-') ? ' Cr' : ' Dr'}`;
  };
}
