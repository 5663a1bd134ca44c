import { type CompanySecrets, newUuid, SecretBox } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Keeps secrets of companies encrypted in the master database. */
@Injectable()
export class MasterCompanySecrets implements CompanySecrets {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly box: SecretBox,
  ) {}

  async keep(tenantId: string, name: string, secret: string): Promise<void> {
    const encrypted = await this.box.encrypt(secret);
    await this.master.query(
      `INSERT INTO company_secrets (id, tenant_id, name, secret) VALUES (?, ?, ?, ?)
        ON DUPLICATE KEY UPDATE secret = ?`,
      [newUuid(), tenantId, name, encrypted, encrypted],
    );
  }

  async read(tenantId: string, name: string): Promise<string | null> {
    const [row]: { secret: string }[] = await this.master.query(
      'SELECT secret FROM company_secrets WHERE tenant_id = ? AND name = ?',
      [tenantId, name],
    );
    return row ? this.box.decrypt(row.secret) : null;
  }

  async remove(tenantId: string, name: string): Promise<void> {
    await this.master.query('DELETE FROM company_secrets WHERE tenant_id = ? AND name = ?', [tenantId, name]);
  }
}
