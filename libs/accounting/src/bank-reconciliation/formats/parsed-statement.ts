import { Decimal, isCalendarDate, malformed, oneLine } from '@finvera/common';

/** A bank's file as its parsers answer it. */
export interface ParsedStatement {
  /** first and last day that it covers; null when it does not say */
  from: string | null;
  to: string | null;
  /** of the account, in the bank's favour negative; null when it does not say */
  opening: Decimal | null;
  closing: Decimal | null;
  lines: ParsedLine[];
}

export interface ParsedLine {
  /** booked by the bank */
  date: string;
  /** money in is positive */
  amount: Decimal;
  description: string;
  /** cheque number, or what the bank or the payer calls it */
  reference: string;
}

export const LINES_MAX = 5_000;
const DESCRIPTION_MAX = 1_000;
const REFERENCE_MAX = 200;
const AMOUNT = /^[+-]?\d{1,16}(\.\d{1,4})?$/;

/** Refuses a file with a sentence that says where. */
export const unreadable = (where: string, problem: string) =>
  malformed(`The statement cannot be read: ${where}: ${problem}.`, [
    { field: 'content', message: `${where}: ${problem}` },
  ]);

/**
 * @param text as the file has it
 * @param decimal the mark before the fraction; the other one groups thousands
 */
export function readAmount(text: string, where: string, decimal: '.' | ',' = '.'): Decimal {
  const grouped = decimal === '.' ? /[,\s'\u00a0]/g : /[.\s'\u00a0]/g;
  const plain = text.trim().replace(grouped, '').replace(',', '.');
  const negative = /^\((.*)\)$/.exec(plain);
  const amount = negative ? `-${negative[1]}` : plain;
  if (!AMOUNT.test(amount)) throw unreadable(where, `${JSON.stringify(text)} is no amount`);
  return new Decimal(amount);
}

export function readDate(date: string, where: string): string {
  if (!isCalendarDate(date)) throw unreadable(where, `${JSON.stringify(date)} is no date`);
  return date;
}

/** Bounds, and lines without an amount left out: banks print information so. */
export function finish({ lines, ...rest }: ParsedStatement): ParsedStatement {
  if (lines.length > LINES_MAX) throw unreadable('the file', `it has ${lines.length} lines; send at most ${LINES_MAX}`);
  const kept = lines
    .filter(({ amount }) => !amount.isZero())
    .map((line) => ({
      ...line,
      description: oneLine(line.description).slice(0, DESCRIPTION_MAX),
      reference: oneLine(line.reference).slice(0, REFERENCE_MAX),
    }));
  const dates = kept.map(({ date }) => date).sort();
  return { ...rest, from: rest.from ?? dates[0] ?? null, to: rest.to ?? dates.at(-1) ?? null, lines: kept };
}
