import { ConfigError, keyId, SecretBox } from '@finvera/common';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { MasterConfig } from '../master.config.js';
import { encryptionKeysOf } from './encryption-keys.js';
import { KeyRecord, type KeyRecordRow } from './key-record.js';

/**
 * Makes the SecretBox of this process and compares its keys with those that the master database notes, so that nothing
 * is ever written with a key by mistake. The noted key is the current one; during a change of keys the one to come is
 * noted beside it, and whoever would write with a third is refused.
 * @throws ConfigError when this process must not write with its key, or could not read what others write
 */
export async function openSecretBox(config: MasterConfig, master: DataSource): Promise<SecretBox> {
  const { current, others } = encryptionKeysOf(config);
  const box = new SecretBox(current, others);
  const record = new KeyRecord(master);
  const noted = await record.readOr(box);
  if (noted.kid === box.kid) {
    await assertChecks(config, box, noted.kid, noted.check_value);
    await meetNextKey(config, record, noted, box);
    return box;
  }
  if (!box.knows(noted.kid)) throw anotherKey(config, noted.kid, box.kid);
  await assertChecks(config, box, noted.kid, noted.check_value);
  if (config.ENCRYPTION_KEY_NEXT !== '' && keyId(config.ENCRYPTION_KEY_NEXT) === noted.kid) {
    new Logger('Keys').warn(
      'ENCRYPTION_KEY_NEXT is the current key by now and is written with; set ENCRYPTION_KEY to it',
    );
    return new SecretBox(config.ENCRYPTION_KEY_NEXT, [current, ...others]);
  }
  await beginWriting(config, record, box);
  return box;
}

/** This process writes with the noted key: it may have to read what others write with the one to come. */
async function meetNextKey(config: MasterConfig, record: KeyRecord, noted: KeyRecordRow, box: SecretBox) {
  if (config.ENCRYPTION_KEY_NEXT !== '') {
    const next = new SecretBox(config.ENCRYPTION_KEY_NEXT);
    const after = await record.noteNext(next, { inUse: false });
    if (next.kid !== box.kid && after.next_kid !== next.kid) throw thirdKey(config, after.next_kid, next.kid);
    return;
  }
  if (noted.next_kid !== null && noted.next_in_use && !box.knows(noted.next_kid))
    throw new ConfigError(
      `ENCRYPTION_KEY of the master database ${config.MASTER_DB_NAME} is being changed: other processes write with key ${noted.next_kid} already, which this one does not have. ` +
        'Nothing was changed. Set ENCRYPTION_KEY to the new key, and ENCRYPTION_KEYS_PREVIOUS to the former one.',
    );
}

/** This process writes with another key than the noted one, which it knows: the change of keys is under way. */
async function beginWriting(config: MasterConfig, record: KeyRecord, box: SecretBox): Promise<void> {
  const { next_kid, next_check_value } = await record.noteNext(box, { inUse: true });
  if (next_kid !== box.kid) throw thirdKey(config, next_kid, box.kid);
  await assertChecks(config, box, next_kid, next_check_value ?? '');
}

async function assertChecks(config: MasterConfig, box: SecretBox, kid: string, checkValue: string): Promise<void> {
  if (!(await KeyRecord.proves(box, kid, checkValue))) throw anotherKey(config, kid, box.kid);
}

const anotherKey = (config: MasterConfig, noted: string, given: string) =>
  new ConfigError(
    `ENCRYPTION_KEY is not the key that the master database ${config.MASTER_DB_NAME} was set up with (key id ${noted}; this one has ${given}). ` +
      'Nothing was changed. Set ENCRYPTION_KEY to the former value; if it is lost, the stored database passwords cannot be read.',
  );

const thirdKey = (config: MasterConfig, next: string | null, given: string) =>
  new ConfigError(
    `The encryption key of the master database ${config.MASTER_DB_NAME} is being changed to key ${next}, and this process was given key ${given}. ` +
      'Nothing was changed. Give all processes the same new key; to give the change up, run "finvera keys rotate" with the key that is to stay as ENCRYPTION_KEY and the other one in ENCRYPTION_KEYS_PREVIOUS.',
  );
