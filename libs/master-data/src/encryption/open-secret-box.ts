import { ConfigError, SecretBox } from '@finvera/common';
import type { DataSource } from 'typeorm';
import type { MasterConfig } from '../master.config.js';

const CHECK_TEXT = 'finvera encryption key check';

/**
 * Makes the SecretBox of this process and compares its key with the one that the master database was set up with, so
 * that nothing is ever written with a second key by mistake.
 * @throws ConfigError when the key is another one
 */
export async function openSecretBox(config: MasterConfig, master: DataSource): Promise<SecretBox> {
  const previous = config.ENCRYPTION_KEYS_PREVIOUS.split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
  const box = new SecretBox(config.ENCRYPTION_KEY, previous);
  await master.query('INSERT IGNORE INTO encryption_keys (slot, kid, check_value) VALUES (1, ?, ?)', [
    box.kid,
    await box.encrypt(CHECK_TEXT),
  ]);
  const [row]: { kid: string; check_value: string }[] = await master.query(
    'SELECT kid, check_value FROM encryption_keys WHERE slot = 1',
  );
  const good = row?.kid === box.kid && (await box.decrypt(row.check_value).catch(() => '')) === CHECK_TEXT;
  if (!good)
    throw new ConfigError(
      `ENCRYPTION_KEY is not the key that the master database ${config.MASTER_DB_NAME} was set up with (key id ${row?.kid}; this one has ${box.kid}). ` +
        'Nothing was changed. Set ENCRYPTION_KEY to the former value; if it is lost, the stored database passwords cannot be read.',
    );
  return box;
}
