import { hkdfSync } from 'node:crypto';
import { encryptionKeysOf } from './encryption/encryption-keys.js';
import type { MasterConfig } from './master.config.js';

/**
 * What access tokens are signed with (the first) and what they may have been signed with: JWT_SECRET, or else a secret of
 * its own derived from each of the encryption keys, so that tokens stay good while ENCRYPTION_KEY is changed.
 */
export function jwtSecretsOf(config: MasterConfig): [string, ...string[]] {
  if (config.JWT_SECRET !== undefined) return [config.JWT_SECRET];
  const { current, others } = encryptionKeysOf(config);
  return [derive(current), ...others.map(derive)];
}

const derive = (key: string) => Buffer.from(hkdfSync('sha256', key, 'finvera', 'jwt-secret', 32)).toString('base64url');
