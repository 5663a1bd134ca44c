import type { MasterConfig } from '../master.config.js';

/** The keys of this process, as configured. */
export interface EncryptionKeys {
  /** ENCRYPTION_KEY */
  current: string;
  /** ENCRYPTION_KEY_NEXT and ENCRYPTION_KEYS_PREVIOUS: read with, not written with */
  others: string[];
}

export function encryptionKeysOf(config: MasterConfig): EncryptionKeys {
  const others = [config.ENCRYPTION_KEY_NEXT, ...config.ENCRYPTION_KEYS_PREVIOUS.split(',')].map((key) => key.trim());
  return {
    current: config.ENCRYPTION_KEY,
    others: [...new Set(others)].filter((key) => key !== '' && key !== config.ENCRYPTION_KEY),
  };
}
