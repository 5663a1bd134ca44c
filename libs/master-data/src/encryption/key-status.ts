import { keyIdOfSecret, SecretBox } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ENCRYPTED_COLUMNS, type EncryptedColumn } from './encrypted-columns.js';
import { KeyRecord } from './key-record.js';
import { secretColumnSql } from './secret-column-sql.js';

/**
 * - `current`: new secrets are written with it
 * - `next`: noted as the one to come
 * - `former`: can still be read
 * - `unknown`: this process was not given it, and cannot read what it wrote
 */
export type KeyRole = 'current' | 'next' | 'former' | 'unknown';

export interface SecretsOfKey {
  key_id: string;
  role: KeyRole;
  table: string;
  column: string;
  secrets: number;
}

/** Which keys the secrets of the master database are written with. */
@Injectable()
export class KeyStatus {
  private readonly record: KeyRecord;

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly box: SecretBox,
  ) {
    this.record = new KeyRecord(master);
  }

  /** One row per key and column, and one for a key that is noted but wrote nothing yet. */
  async read(): Promise<SecretsOfKey[]> {
    const noted = await this.record.read();
    const roleOf = (kid: string): KeyRole => {
      if (kid === noted.next_kid) return 'next';
      if (kid === noted.kid) return 'current';
      return this.box.knows(kid) ? 'former' : 'unknown';
    };
    const rows: SecretsOfKey[] = [];
    for (const column of ENCRYPTED_COLUMNS)
      for (const { kid, secrets } of await this.countByKey(column))
        rows.push({ key_id: kid, role: roleOf(kid), table: column.table, column: nameOf(column), secrets });
    const [head]: { seal: string }[] = await this.master.query('SELECT seal FROM audit_log_head WHERE slot = 1');
    const sealedBy = head?.seal.split('.')[0];
    if (sealedBy)
      rows.push({ key_id: sealedBy, role: roleOf(sealedBy), table: 'audit_log_head', column: 'seal', secrets: 1 });
    for (const kid of [noted.kid, noted.next_kid])
      if (kid && !rows.some(({ key_id }) => key_id === kid))
        rows.push({ key_id: kid, role: roleOf(kid), table: '', column: '', secrets: 0 });
    return rows.sort((a, b) => a.key_id.localeCompare(b.key_id));
  }

  private async countByKey(column: EncryptedColumn): Promise<{ kid: string; secrets: number }[]> {
    const counts: { header: string; secrets: string }[] = await this.master.query(
      secretColumnSql(column).countByHeader,
    );
    return counts.map(({ header, secrets }) => ({ kid: keyIdOfSecret(`${header}....`), secrets: Number(secrets) }));
  }
}

/** `column`, or `column.path` of what is inside JSON. */
export const nameOf = ({ column, path }: EncryptedColumn): string => (path ? column + path.slice(1) : column);
