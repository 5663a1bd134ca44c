import { keyIdOfSecret, type SecretBox } from '@finvera/common';
import type { DataSource, EntityManager } from 'typeorm';

const CHECK_TEXT = 'finvera encryption key check';

/** The one row of `encryption_keys`. */
export interface KeyRecordRow {
  /** the current key */
  kid: string;
  check_value: string;
  /** the key that is to come, while keys are being changed */
  next_kid: string | null;
  next_check_value: string | null;
  /** whether some process has begun to write with it */
  next_in_use: boolean;
}

/** Which keys the master database is written with: their ids, and a known text encrypted with each. */
export class KeyRecord {
  constructor(private readonly master: DataSource) {}

  /** Whether the check value was written with the key that is noted beside it, and this box has that key. */
  static async proves(box: SecretBox, kid: string, checkValue: string): Promise<boolean> {
    const reads = (await box.decrypt(checkValue).catch(() => '')) === CHECK_TEXT;
    return reads && keyIdOfSecret(checkValue) === kid;
  }

  /** The row; a new database gets the key of this box. */
  async readOr(box: SecretBox): Promise<KeyRecordRow> {
    await this.master.query('INSERT IGNORE INTO encryption_keys (slot, kid, check_value) VALUES (1, ?, ?)', [
      box.kid,
      await box.encrypt(CHECK_TEXT),
    ]);
    return this.read();
  }

  async read(): Promise<KeyRecordRow> {
    const [row]: (Omit<KeyRecordRow, 'next_in_use'> & { next_in_use: number })[] = await this.master.query(
      'SELECT kid, check_value, next_kid, next_check_value, next_in_use FROM encryption_keys WHERE slot = 1',
    );
    if (!row) throw new Error('the master database notes no encryption key: run init-master');
    return { ...row, next_in_use: Boolean(row.next_in_use) };
  }

  /** Notes the box's key as the one to come, unless another one is noted. @returns the row afterwards */
  async noteNext(box: SecretBox, { inUse }: { inUse: boolean }): Promise<KeyRecordRow> {
    await this.master.query(
      `UPDATE encryption_keys SET next_kid = ?, next_check_value = ? WHERE slot = 1 AND kid <> ? AND next_kid IS NULL`,
      [box.kid, await box.encrypt(CHECK_TEXT), box.kid],
    );
    if (inUse)
      await this.master.query('UPDATE encryption_keys SET next_in_use = 1 WHERE slot = 1 AND next_kid = ?', [box.kid]);
    return this.read();
  }

  /** The box's key is the current one from now on, and no change is under way. @returns whether that was news */
  async makeCurrent(tx: EntityManager, box: SecretBox): Promise<boolean> {
    const { affectedRows } = await tx.query(
      `UPDATE encryption_keys SET kid = ?, check_value = ?, next_kid = NULL, next_check_value = NULL, next_in_use = 0
        WHERE slot = 1 AND (kid <> ? OR next_kid IS NOT NULL)`,
      [box.kid, await box.encrypt(CHECK_TEXT), box.kid],
    );
    return affectedRows > 0;
  }
}
