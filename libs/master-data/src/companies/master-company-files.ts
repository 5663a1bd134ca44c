import type { CompanyFiles } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Keeps in the master database what each company has of files, for whoever measures its storage. */
@Injectable()
export class MasterCompanyFiles implements CompanyFiles {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  async add(tenantId: string, bytes: number): Promise<void> {
    await this.master.query(
      `INSERT INTO company_files (tenant_id, bytes) VALUES (?, ?)
        ON DUPLICATE KEY UPDATE bytes = GREATEST(CAST(bytes AS SIGNED) + ?, 0)`,
      [tenantId, Math.max(bytes, 0), bytes],
    );
  }

  async set(tenantId: string, bytes: number): Promise<void> {
    if (bytes === 0) await this.master.query('DELETE FROM company_files WHERE tenant_id = ?', [tenantId]);
    else
      await this.master.query(
        'INSERT INTO company_files (tenant_id, bytes) VALUES (?, ?) ON DUPLICATE KEY UPDATE bytes = ?',
        [tenantId, bytes, bytes],
      );
  }
}
