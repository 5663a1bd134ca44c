import { CompanyFiles, filesOfTenant, notFound, OBJECT_STORE, type ObjectStore } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { AttachmentDto } from './attachment.dto.js';

interface Row extends Omit<AttachmentDto, 'size_bytes' | 'uploaded_at'> {
  size_bytes: string;
  uploaded_at: Date;
}

const SELECT = `SELECT id, voucher_id, name, content_type, size_bytes, sha256, uploaded_by, uploaded_at
  FROM attachments WHERE voucher_id = ? AND state = 'stored'`;

/** What the database knows of the company's attachments, and where their content lies. */
@Injectable()
export class AttachmentStore {
  private readonly logger = new Logger(AttachmentStore.name);

  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    @Inject(OBJECT_STORE) readonly objects: ObjectStore,
    private readonly files: CompanyFiles,
  ) {}

  /** Where the content of an attachment lies. */
  keyOf(id: string): string {
    return `${filesOfTenant(this.dataSource.tenantId)}attachments/${id}`;
  }

  async ofVoucher(
    voucherId: string,
    session: Pick<TenantDataSource, 'query'> = this.dataSource,
  ): Promise<AttachmentDto[]> {
    const rows: Row[] = await session.query(`${SELECT} ORDER BY id`, [voucherId]);
    return rows.map(toDto);
  }

  /** @throws DomainError 404 `attachment_not_found` */
  async one(
    voucherId: string,
    id: string,
    session: Pick<TenantDataSource, 'query'> = this.dataSource,
  ): Promise<AttachmentDto> {
    const known = /^\d{1,20}$/.test(voucherId) && /^\d{1,20}$/.test(id);
    const [row]: Row[] = known ? await session.query(`${SELECT} AND id = ?`, [voucherId, id]) : [];
    if (!row) throw notFound('attachment', id, 'attachment_not_found');
    return toDto(row);
  }

  /** Tells the platform that so many bytes came (or went); when it cannot be told, the next sweep counts anew. */
  async noteBytes(bytes: number): Promise<void> {
    await this.files
      .add(this.dataSource.tenantId, bytes)
      .catch((error: unknown) => this.logger.warn({ msg: 'the size of attachments was not noted', err: error }));
  }

  /** Tells the platform what there is. */
  async countBytes(): Promise<void> {
    const [{ bytes }]: [{ bytes: string }] = await this.dataSource.query(
      "SELECT COALESCE(SUM(size_bytes), 0) AS bytes FROM attachments WHERE state = 'stored' AND voucher_id IS NOT NULL",
    );
    await this.files.set(this.dataSource.tenantId, Number(bytes));
  }

  /**
   * Ends one that is not (or no more) a voucher's; one that is, stays. First nobody can make it a voucher's any more, then
   * its content goes, then its row: what is forgotten has nothing left.
   */
  async discard(id: string): Promise<void> {
    await this.dataSource.query(
      "UPDATE attachments SET state = 'removed' WHERE id = ? AND (state = 'uploading' OR voucher_id IS NULL)",
      [id],
    );
    const [row] = await this.dataSource.query("SELECT 1 FROM attachments WHERE id = ? AND state = 'removed'", [id]);
    if (!row) return;
    await this.objects.remove(this.keyOf(id));
    await this.dataSource.query('DELETE FROM attachments WHERE id = ?', [id]);
  }
}

const toDto = ({ size_bytes, uploaded_at, ...row }: Row): AttachmentDto => ({
  ...row,
  size_bytes: Number(size_bytes),
  uploaded_at: uploaded_at.toISOString(),
});
