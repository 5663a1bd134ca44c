import { hkdfSync } from 'node:crypto';
import type { MasterConfig } from './master.config.js';

/** What tokens are signed with: JWT_SECRET, or else a secret of its own derived from ENCRYPTION_KEY. */
export const jwtSecretOf = (config: MasterConfig): string =>
  config.JWT_SECRET ??
  Buffer.from(hkdfSync('sha256', config.ENCRYPTION_KEY, 'finvera', 'jwt-secret', 32)).toString('base64url');
