import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { AttachmentStore } from './attachment-store.js';

/** Longer than any upload may take: a request has two minutes. */
const UPLOAD_MAX_MS = 3_600_000;
/** Of one run, so that it ends. */
const SWEPT_MAX = 1_000;

/** Uploads that nobody finishes any more; what was removed; what a deleted draft had. */
const LEFT = `(SELECT id FROM attachments WHERE state = 'uploading' AND uploaded_at < ? LIMIT ?)
  UNION ALL (SELECT id FROM attachments WHERE state = 'removed' LIMIT ?)
  UNION ALL (SELECT id FROM attachments WHERE voucher_id IS NULL AND state = 'stored' LIMIT ?)`;

/** Ends attachments that are no voucher's: their content and their rows. Costs what there is to end, not what is kept. */
@Injectable()
export class SweepAttachments {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly attachments: AttachmentStore,
  ) {}

  /** @returns how many were ended. @throws DomainError 503 `object_store_unavailable` */
  async run(): Promise<{ swept: number }> {
    const begunBefore = new Date(Date.now() - UPLOAD_MAX_MS);
    const left: { id: string }[] = await this.dataSource.query(LEFT, [begunBefore, SWEPT_MAX, SWEPT_MAX, SWEPT_MAX]);
    for (const { id } of left) await this.attachments.discard(id);
    await this.attachments.countBytes();
    return { swept: left.length };
  }
}
