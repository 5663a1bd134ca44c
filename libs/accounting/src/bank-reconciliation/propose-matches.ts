import { daysBetween, type Decimal, groupBy } from '@finvera/common';

export interface OpenLine {
  id: string;
  date: string;
  /** money in is positive */
  amount: Decimal;
  description: string;
  reference: string;
}

/** An entry of the bank's ledger that no line explains yet. */
export interface OpenEntry {
  entryId: string;
  voucherId: string;
  date: string;
  /** debit positive: money in */
  amount: Decimal;
  /** names of its other ledgers */
  parties: string[];
  /** what people call it: its number, reference, bill names, cheque numbers of its narration */
  identifiers: string[];
}

export interface Proposal {
  lineId: string;
  entry: OpenEntry;
  /** 0 to 100 */
  score: number;
  reasons: string[];
  /** nothing else comes near, on either side: it may be accepted without looking */
  certain: boolean;
}

/** Banks book after the books do, cheques much later; the other way round only over a week-end. */
export const BANK_LATER_MAX_DAYS = 90;
export const BANK_EARLIER_MAX_DAYS = 5;
const SAME_AMOUNT = 40;
const IDENTIFIER = 35;
const PARTY = 25;
const PART_OF_PARTY = 10;
const CERTAIN_FROM = 75;
/** How far the next best must be behind. */
const CLEARLY = 15;
const PROPOSALS_PER_LINE = 5;
const WORD_MIN_LENGTH = 3;

/** What an identifier must have, so that it is not found by chance. */
const TELLING = /\d{3}|[A-Za-z].*\d|\d.*[A-Za-z]/;
const COMMON_WORDS = new Set([
  'and',
  'the',
  'ltd',
  'pvt',
  'limited',
  'private',
  'company',
  'bank',
  'traders',
  'account',
  'inc',
  'llp',
]);

/**
 * For each line the entries that may be it, best first: of the same amount, at most ninety days before or five after.
 * Date, identifiers that the line names and the party's name speak for one.
 */
export function proposeMatches(lines: readonly OpenLine[], entries: readonly OpenEntry[]): Map<string, Proposal[]> {
  const byAmount = groupBy(entries, ({ amount }) => amount.toFixed());
  const pairs = lines.flatMap((line) => {
    const words = wordsOf(`${line.description} ${line.reference}`);
    return (byAmount.get(line.amount.toFixed()) ?? []).flatMap((entry) => {
      const days = daysBetween(entry.date, line.date);
      if (days > BANK_LATER_MAX_DAYS || days < -BANK_EARLIER_MAX_DAYS) return [];
      return [judge(line, words, entry, days)];
    });
  });
  const ofLine = groupBy(pairs, ({ lineId }) => lineId);
  const ofEntry = groupBy(pairs, ({ entry }) => entry.entryId);
  const best = (rivals: readonly Proposal[] | undefined, own: Proposal) =>
    (rivals ?? []).every((rival) => rival === own || rival.score <= own.score - CLEARLY);
  for (const pair of pairs)
    pair.certain =
      pair.score >= CERTAIN_FROM && best(ofLine.get(pair.lineId), pair) && best(ofEntry.get(pair.entry.entryId), pair);
  return new Map(
    [...ofLine].map(([id, proposals]) => [
      id,
      [...proposals]
        .sort((a, b) => b.score - a.score || (a.entry.date < b.entry.date ? -1 : 1))
        .slice(0, PROPOSALS_PER_LINE),
    ]),
  );
}

function judge(line: OpenLine, words: ReadonlySet<string>, entry: OpenEntry, days: number): Proposal {
  const reasons = ['same amount', dateReason(days)];
  let score = SAME_AMOUNT + dateScore(Math.abs(days));
  const text = ` ${fold(`${line.description} ${line.reference}`)} `;
  const named = entry.identifiers.find((one) => TELLING.test(one) && text.includes(` ${fold(one)} `));
  if (named !== undefined) {
    score += IDENTIFIER;
    reasons.push(`the line names ${named}`);
  }
  const party = entry.parties
    .map((name) => ({ name, share: shareFound(name, words) }))
    .sort((a, b) => b.share - a.share)[0];
  if (party && party.share > 0) {
    score += party.share >= 0.5 ? PARTY : PART_OF_PARTY;
    reasons.push(`the line names ${party.share === 1 ? party.name : `part of ${party.name}`}`);
  }
  return { lineId: line.id, entry, score: Math.min(score, 100), reasons, certain: false };
}

const dateScore = (days: number) => (days === 0 ? 25 : days <= 3 ? 20 : days <= 10 ? 12 : days <= 30 ? 5 : 0);
const dateReason = (days: number) =>
  days === 0
    ? 'same day'
    : `${Math.abs(days)} ${Math.abs(days) === 1 ? 'day' : 'days'} ${days > 0 ? 'later' : 'earlier'}`;

const fold = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
const wordsOf = (text: string): ReadonlySet<string> => new Set(fold(text).split(' '));

/** Which part of a name's telling words a line has; 0 to 1. */
function shareFound(name: string, words: ReadonlySet<string>): number {
  const telling = fold(name)
    .split(' ')
    .filter((word) => word.length >= WORD_MIN_LENGTH && !COMMON_WORDS.has(word));
  return telling.length === 0 ? 0 : telling.filter((word) => words.has(word)).length / telling.length;
}
