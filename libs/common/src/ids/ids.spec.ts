import { newId } from './ids.js';

describe('newId', () => {
  it('rises, never repeats, and fits a signed BIGINT', () => {
    const ids = Array.from({ length: 50_000 }, newId);
    for (let index = 1; index < ids.length; index += 1)
      expect(BigInt(ids[index]!) > BigInt(ids[index - 1]!)).toBe(true);
    expect(BigInt(ids.at(-1)!) < 2n ** 63n).toBe(true);
  });
});
