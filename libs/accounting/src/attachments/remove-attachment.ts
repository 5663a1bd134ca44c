import { malformed } from '@finvera/common';
import { Injectable, Logger } from '@nestjs/common';
import { type ChangeOptions, ChangeVoucher } from '../vouchers/change-voucher.js';
import { assertDate, nameOf } from '../vouchers/voucher-store.js';
import type { RemoveAttachmentDto } from './attachment.dto.js';
import { AttachmentStore } from './attachment-store.js';

/** Removes a file from a voucher; what it was, who removed it and why stay in the edit log. */
@Injectable()
export class RemoveAttachment {
  private readonly logger = new Logger(RemoveAttachment.name);

  constructor(
    private readonly vouchers: ChangeVoucher,
    private readonly attachments: AttachmentStore,
  ) {}

  /**
   * @throws DomainError 400 when a posted voucher's is removed without a reason; 404 `voucher_not_found`,
   *   `attachment_not_found`; 422 `period_locked`, `year_closed`
   */
  async remove(voucherId: string, id: string, body: RemoveAttachmentDto, options: ChangeOptions): Promise<void> {
    const bytes = await this.vouchers.run(voucherId, options, async ({ tx, voucher, before, settings }) => {
      const attachment = await this.attachments.one(voucherId, id, tx);
      if (voucher.status !== 'draft') {
        if (!body.reason)
          throw malformed('reason must say why an attachment of a posted voucher is removed', [
            { field: 'reason', message: 'is required' },
          ]);
        const { mayOverrideLock } = options;
        assertDate(voucher.date, {
          settings,
          mayOverrideLock,
          reason: body.lock_override_reason,
          field: 'lock_override_reason',
        });
      }
      await tx.query("UPDATE attachments SET state = 'removed' WHERE id = ?", [id]);
      await this.vouchers.record(tx, options.actor, [
        {
          action: 'attachment_removed',
          objectType: 'voucher',
          objectId: voucherId,
          objectName: nameOf(before),
          before: { attachment },
          reason: [body.reason, body.lock_override_reason].filter(Boolean).join('; ') || undefined,
        },
      ]);
      return attachment.size_bytes;
    });
    await this.attachments.noteBytes(-bytes);
    await this.attachments.discard(id).catch((error: unknown) =>
      this.logger.warn({
        msg: 'the content of a removed attachment is left to be swept',
        attachment_id: id,
        err: error,
      }),
    );
  }
}
