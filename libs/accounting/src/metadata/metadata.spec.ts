import fc from 'fast-check';
import { filterTerms, metadataFault, termsOf } from './metadata.js';

describe('Metadata', () => {
  it('is found by each value under its path', () => {
    const terms = termsOf({ order: { id: 7, paid: true }, tags: ['a', 'b', 'a'], note: 'x'.repeat(256), none: null });
    expect(terms.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'order.id=7',
      'order.paid=true',
      'tags=a',
      'tags=b',
      'none=null',
    ]);
    expect(filterTerms(['a=b=c', 'a='])).toEqual([
      { name: 'a', value: 'b=c' },
      { name: 'a', value: '' },
    ]);
  });

  it('is bounded', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(6)}1${'}'.repeat(6)}`);
    for (const [good, bad] of [
      [{}, []],
      [{ a: 1 }, null],
      [{ a: { b: { c: { d: { e: 1 } } } } }, deep],
      [{ a: 'x'.repeat(4_000) }, { a: 'x'.repeat(4_096) }],
      [{ ['n'.repeat(100)]: 1 }, { ['n'.repeat(101)]: 1 }],
      [{ 'a b': 1 }, { 'a=b': 1 }],
      [
        Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, index])),
        Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, index])),
      ],
    ] as [unknown, unknown][]) {
      expect(metadataFault(good)).toBeNull();
      expect(metadataFault(bad)).not.toBeNull();
    }
  });

  it('never throws, whatever JSON comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => expect([null, expect.any(String)]).toContainEqual(metadataFault(value))),
    );
  });
});
