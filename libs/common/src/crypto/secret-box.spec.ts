import fc from 'fast-check';
import { SecretBox } from './secret-box.js';

const OLD = 'the former key, at least 32 characters';
const NEW = 'the present key, at least 32 characters';

describe('SecretBox', () => {
  it('gives back what was put in, and tells nothing of it', async () => {
    const box = new SecretBox(NEW);
    await fc.assert(
      fc.asyncProperty(fc.string(), async (secret) => {
        const jwe = await box.encrypt(secret);
        expect(await box.decrypt(jwe)).toBe(secret);
        expect(jwe.split('.')).toHaveLength(5);
        expect(JSON.parse(Buffer.from(jwe.split('.')[0]!, 'base64url').toString())).toEqual({
          alg: 'dir',
          enc: 'A256CBC-HS512',
          kid: box.kid,
        });
      }),
      { numRuns: 20 },
    );
  });

  it('reads what a former key wrote, and writes with the present one', async () => {
    const written = await new SecretBox(OLD).encrypt('secret');
    const rotated = new SecretBox(NEW, [OLD]);
    expect(await rotated.decrypt(written)).toBe('secret');
    await expect(new SecretBox(NEW).decrypt(written)).rejects.toThrow(/not among the configured keys/);
  });

  it('refuses what was changed', async () => {
    const box = new SecretBox(NEW);
    const parts = (await box.encrypt('secret')).split('.');
    parts[3] = parts[3]!.startsWith('A') ? `B${parts[3]!.slice(1)}` : `A${parts[3]!.slice(1)}`;
    await expect(box.decrypt(parts.join('.'))).rejects.toThrow();
  });

  it('refuses a short key', () => {
    expect(() => new SecretBox('short')).toThrow(/at least 32 characters/);
  });
});
