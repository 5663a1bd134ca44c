import type { Decimal } from '@finvera/common';
import { finish, type ParsedLine, type ParsedStatement, readAmount, readDate, unreadable } from './parsed-statement.js';

/** :61: value date, entry date, credit or debit (R: reversal), amount, kind, reference // the bank's reference. */
const LINE = /^(\d{6})(\d{4})?(R?[CD])[A-Z]?(\d[\d,.]*)[A-Z][A-Z0-9]{3}([^\n]*)/;
const BALANCE = /^([CD])(\d{6})[A-Z]{3}([\d,.]+)/;

/**
 * SWIFT MT940: fields of the form `:tag:value` over several lines, messages of several pages.
 * Source: SWIFT Standards MT, category 9, MT940 field specifications 60a, 61, 62a, 86.
 */
export function parseMt940(text: string): ParsedStatement {
  const fields = [
    ...text.replace(/\r\n?/g, '\n').matchAll(/^:(\d{2}[A-Z]?):([\s\S]*?)(?=^:\d{2}[A-Z]?:|^-\}?|$(?![\s\S]))/gm),
  ];
  if (!fields.some(([, tag]) => tag === '20' || tag === '25'))
    throw unreadable('the file', 'it is no MT940: the fields :20: and :25: are missing');
  const lines: ParsedLine[] = [];
  let opening: { date: string; amount: Decimal } | null = null;
  let closing: { date: string; amount: Decimal } | null = null;
  for (const [, tag = '', value = ''] of fields) {
    const body = value.trim();
    if (tag === '60F' || (tag === '60M' && opening === null)) opening ??= balanceOf(body, tag);
    else if (tag === '62F' || tag === '62M') closing = balanceOf(body, tag);
    else if (tag === '61') lines.push(toLine(body, `field :61: number ${lines.length + 1}`));
    else if (tag === '86' && lines.length > 0) lines.at(-1)!.description = information(body);
  }
  return finish({
    from: opening?.date ?? null,
    to: closing?.date ?? null,
    opening: opening?.amount ?? null,
    closing: closing?.amount ?? null,
    lines,
  });
}

function toLine(body: string, where: string): ParsedLine {
  const [, value = '', entry, mark = '', amount = '', references = ''] = LINE.exec(body) ?? [];
  if (value === '') throw unreadable(where, `${JSON.stringify(body.slice(0, 40))} is no statement line`);
  const sum = readAmount(amount, where, ',');
  const [own = '', bank = ''] = references.trim().split('//');
  return {
    date: entryDate(value, entry, where),
    amount: mark === 'C' || mark === 'RD' ? sum : sum.negated(),
    description: body.split('\n').slice(1).join(' '),
    reference: own !== '' && own !== 'NONREF' ? own : bank,
  };
}

/** The entry's day has no year: it is the one next to the value date. */
function entryDate(value: string, entry: string | undefined, where: string): string {
  const valueDate = day(value, where);
  if (entry === undefined) return valueDate;
  const year = Number(valueDate.slice(0, 4));
  const months = Number(entry.slice(0, 2)) - Number(value.slice(2, 4));
  const own = months > 6 ? year - 1 : months < -6 ? year + 1 : year;
  return readDate(`${own}-${entry.slice(0, 2)}-${entry.slice(2)}`, where);
}

const day = (text: string, where: string) =>
  readDate(`20${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4)}`, where);

function balanceOf(body: string, tag: string): { date: string; amount: Decimal } {
  const [, mark, date = '', amount = ''] = BALANCE.exec(body) ?? [];
  if (date === '') throw unreadable(`field :${tag}:`, `${JSON.stringify(body)} is no balance`);
  const sum = readAmount(amount, `field :${tag}:`, ',');
  return { date: day(date, `field :${tag}:`), amount: mark === 'D' ? sum.negated() : sum };
}

/** German banks divide it as "?20text?21more"; others write plain lines. */
const information = (body: string) =>
  /\?\d{2}/.test(body)
    ? body
        .replace(/\n/g, '')
        .replace(/^\d{3}/, '')
        .replace(/\?(00|10|3[0-1])[^?]*/g, '')
        .replace(/\?\d{2}/g, ' ')
    : body.replace(/\n/g, ' ');
