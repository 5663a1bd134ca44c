import { type Actor, assertIfMatch } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import type { SqlSession } from '../schema/sql-session.js';
import type { SecuritySettingsDto, UpdateSecurityDto } from './totp.dto.js';

/** Whether the company asks everybody for a second factor. */
@Injectable()
export class SecuritySettings {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
  ) {}

  get(): Promise<SecuritySettingsDto> {
    return read(this.dataSource);
  }

  /** On every process within five seconds. @throws DomainError 412 `stale` */
  update(body: UpdateSecurityDto, ifMatch: string | undefined, actor: Actor): Promise<SecuritySettingsDto> {
    return this.transaction.run(async (tx) => {
      const before = await read(tx, 'FOR UPDATE');
      assertIfMatch(ifMatch, before.version);
      if (before.totp_required === body.totp_required) return before;
      await tx.query('UPDATE company_settings SET totp_required = ?, version = version + 1 WHERE id = 1', [
        body.totp_required,
      ]);
      const after = await read(tx);
      await this.editLog.record(tx, actor, {
        action: 'updated',
        objectType: 'security_settings',
        objectId: '1',
        objectName: 'security settings',
        before,
        after,
      });
      return after;
    });
  }
}

async function read(session: SqlSession, lock: '' | 'FOR UPDATE' = ''): Promise<SecuritySettingsDto> {
  const [row]: { totp_required: number; version: number }[] = await session.query(
    `SELECT totp_required, version FROM company_settings WHERE id = 1 ${lock}`,
  );
  return { totp_required: Boolean(row!.totp_required), version: Number(row!.version) };
}
