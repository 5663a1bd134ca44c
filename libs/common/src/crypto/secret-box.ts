import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';

export const ENCRYPTION_KEY_MIN_LENGTH = 32;

/**
 * Encrypts what the master database must keep secret: AES-256-CBC with authentication, as a compact JWE
 * (RFC 7516, `alg: dir`, `enc: A256CBC-HS512`) whose `kid` names the key, so that keys can be rotated while running.
 */
export class SecretBox {
  readonly kid: string;
  private readonly keys = new Map<string, Uint8Array>();
  private readonly sealKeys = new Map<string, Uint8Array>();

  /**
   * @param key the current key, at least 32 characters; everything new is written with it
   * @param previousKeys keys that old values may still be written with
   */
  constructor(key: string, previousKeys: readonly string[] = []) {
    for (const candidate of [key, ...previousKeys]) {
      if (candidate.length < ENCRYPTION_KEY_MIN_LENGTH)
        throw new Error(`an encryption key needs at least ${ENCRYPTION_KEY_MIN_LENGTH} characters`);
      this.keys.set(keyId(candidate), deriveKey(candidate));
      this.sealKeys.set(keyId(candidate), new Uint8Array(hkdfSync('sha256', candidate, 'finvera', 'seals', 32)));
    }
    this.kid = keyId(key);
  }

  async encrypt(plain: string): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(plain))
      .setProtectedHeader({ alg: 'dir', enc: 'A256CBC-HS512', kid: this.kid })
      .encrypt(this.keys.get(this.kid)!);
  }

  /** Whether values written with this key can be read. */
  knows(kid: string): boolean {
    return this.keys.has(kid);
  }

  /** @throws Error when the value was written with a key that is not given here, or was changed */
  async decrypt(jwe: string): Promise<string> {
    const kid = keyIdOfSecret(jwe);
    const key = this.keys.get(kid);
    if (!key) throw new Error(`the value was encrypted with key ${kid}, which is not among the configured keys`);
    const { plaintext } = await compactDecrypt(jwe, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256CBC-HS512'],
    });
    return new TextDecoder().decode(plaintext);
  }

  /** What proves that whoever wrote the text had a key of ours: key id and HMAC-SHA256. The text itself stays readable. */
  seal(text: string): string {
    return `${this.kid}.${this.hmac(this.kid, text).toString('base64url')}`;
  }

  /** `unknown_key`: sealed with a key that is not given here */
  provesSeal(text: string, seal: string): 'proved' | 'false' | 'unknown_key' {
    const [kid = '', given = ''] = seal.split('.');
    if (!this.sealKeys.has(kid)) return kid === '' ? 'false' : 'unknown_key';
    const [right, found] = [this.hmac(kid, text), Buffer.from(given, 'base64url')];
    return right.length === found.length && timingSafeEqual(right, found) ? 'proved' : 'false';
  }

  private hmac(kid: string, text: string): Buffer {
    return createHmac('sha256', this.sealKeys.get(kid)!).update(text).digest();
  }
}

function deriveKey(key: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, 'finvera', 'database-credentials', 64));
}

/** The key that an encrypted value was written with; empty when the value names none. */
export const keyIdOfSecret = (jwe: string): string => decodeProtectedHeader(jwe).kid ?? '';

/** A short name for a key that tells nothing about it. */
export function keyId(key: string): string {
  const named = hkdfSync('sha256', key, 'finvera', 'key-id', 32);
  return createHash('sha256').update(new Uint8Array(named)).digest('hex').slice(0, 16);
}
