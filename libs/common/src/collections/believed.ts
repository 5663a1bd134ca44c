import { remember } from './remember.js';

export interface BelievedOptions {
  /** milliseconds for which an answer is believed */
  ms: number;
  /** answers that are kept; the oldest goes first */
  max: number;
}

/**
 * Answers that are asked for with every request: read once, by whoever comes first, and then believed for a while, so that
 * a change elsewhere reaches this process within that time. What could not be read is asked for again.
 */
export class Believed<T> {
  private readonly known = new Map<string, { at: number; answer: Promise<T> }>();

  constructor(
    private readonly read: (key: string) => Promise<T>,
    private readonly options: BelievedOptions,
  ) {}

  get(key: string): Promise<T> {
    const now = performance.now();
    const cached = this.known.get(key);
    if (cached && now - cached.at < this.options.ms) return cached.answer;
    const answer = this.read(key);
    remember(this.known, key, { at: now, answer }, this.options.max);
    answer.catch(() => this.forget(key));
    return answer;
  }

  /** The next one asks anew. */
  forget(key: string): void {
    this.known.delete(key);
  }

  /** The same for every key that begins so. */
  forgetAll(prefix: string): void {
    for (const key of this.known.keys()) if (key.startsWith(prefix)) this.known.delete(key);
  }
}
