import { groupBy } from '@finvera/common';

const DIGITS = /\d{1,15}/g;

export interface NumberGap {
  /** first and last number that is missing, as they would be written */
  first: string;
  last: string;
  count: number;
}

/** Numbers of one shape: what stands between their digits is the same. */
interface Shape {
  /** "INV-", "/", "" of "INV-007/24" */
  texts: string[];
  /** ["007", "24"] of each number */
  numbers: string[][];
}

/**
 * Collects numbers given by hand, and finds those between the lowest and the highest of a series that nobody used.
 * Of several parts made of digits ("INV-007/24") the one that counts is the one that takes the most values; numbers
 * whose other parts are the same are a series.
 */
export class NumberSeries {
  private readonly shapes = new Map<string, Shape>();
  private counted = 0;

  get size(): number {
    return this.counted;
  }

  add(number: string): void {
    const digits = number.match(DIGITS);
    if (!digits) return;
    const texts = number.split(DIGITS);
    const key = JSON.stringify(texts);
    const shape = this.shapes.get(key) ?? { texts, numbers: [] };
    shape.numbers.push(digits);
    this.shapes.set(key, shape);
    this.counted += 1;
  }

  gaps(): NumberGap[] {
    return [...this.shapes.values()].flatMap(({ texts, numbers }) => {
      const counting = countingPart(numbers);
      const series = groupBy(numbers, (digits) => digits.with(counting, '').join('/'));
      return [...series.values()].flatMap((members) => gapsOf(members, counting, texts));
    });
  }
}

function countingPart(numbers: readonly string[][]): number {
  const values = numbers[0]!.map((_, part) => new Set(numbers.map((digits) => digits[part])).size);
  return values.lastIndexOf(Math.max(...values));
}

function gapsOf(members: readonly string[][], counting: number, texts: readonly string[]): NumberGap[] {
  const width = Math.min(...new Set(members.map((digits) => digits[counting]!.length)));
  const places = members.map((digits) => Number(digits[counting])).sort((a, b) => a - b);
  const write = (place: number) => {
    const digits = members[0]!.with(counting, String(place).padStart(width, '0'));
    return texts.map((text, index) => `${text}${digits[index] ?? ''}`).join('');
  };
  return places.flatMap((place, index) => {
    const next = places[index + 1];
    if (next === undefined || next - place <= 1) return [];
    return { first: write(place + 1), last: write(next - 1), count: next - place - 1 };
  });
}
