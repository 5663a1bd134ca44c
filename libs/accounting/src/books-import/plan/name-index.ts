import { foldName } from '../../vouchers/same-name.js';

/** Things by their names: as they stand, else as the columns compare them when one alone is meant. */
export class NameIndex<T extends { name: string }> {
  private readonly exact = new Map<string, T>();
  private readonly folded = new Map<string, T | null>();

  constructor(things: readonly T[] = []) {
    for (const thing of things) this.add(thing);
  }

  add(thing: T): void {
    this.exact.set(thing.name, thing);
    const folded = foldName(thing.name);
    this.folded.set(folded, this.folded.has(folded) ? null : thing);
  }

  find(name: string): T | undefined {
    return this.exact.get(name) ?? this.folded.get(foldName(name)) ?? undefined;
  }
}
