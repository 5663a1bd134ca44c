import { malformed, unauthenticated } from '../errors/domain-error.js';

const EXPIRES_AFTER_DAYS = 365;

/**
 * What holds for every API key, of the platform and of companies: it exists, was not revoked, has not expired.
 * @throws DomainError 401 `api_key_invalid`, `api_key_revoked`, `api_key_expired`
 */
export function assertKeyGood<K extends { revokedAt: Date | null; expiresAt: Date | null }>(
  key: K | null,
): asserts key is K {
  if (!key) throw unauthenticated('The API key is not valid.', 'api_key_invalid');
  if (key.revokedAt) throw unauthenticated('The API key was revoked.', 'api_key_revoked');
  if (key.expiresAt && key.expiresAt.getTime() <= Date.now())
    throw unauthenticated('The API key has expired; make a new one.', 'api_key_expired');
}

/**
 * When a new key expires.
 * @param given an instant; null: never; absent: in a year
 * @throws DomainError 400 naming `expires_at` when it would have expired already
 */
export function keyExpiry(given: string | null | undefined): Date | null {
  if (given === null) return null;
  const expiry = given === undefined ? new Date(Date.now() + EXPIRES_AFTER_DAYS * 86_400_000) : new Date(given);
  if (expiry.getTime() <= Date.now())
    throw malformed(`expires_at ${given} is in the past`, [{ field: 'expires_at', message: 'must be in the future' }]);
  return expiry;
}
