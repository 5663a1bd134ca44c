import { type Actor, type IdempotencyRequest, newId, notFound, ruleBroken } from '@finvera/common';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Readable } from 'node:stream';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { assertNotCancelled, ChangeVoucher } from '../vouchers/change-voucher.js';
import { nameOf } from '../vouchers/voucher-store.js';
import { AttachmentConfig } from './attachment.config.js';
import type { AttachmentDto } from './attachment.dto.js';
import { AttachmentStore } from './attachment-store.js';
import { cleanFileName } from './file-name.js';
import { type TakenIn, takeIn } from './take-in.js';

export interface FileToAttach {
  /** as it was sent */
  name: string;
  content: Readable;
}

const RESERVE = 'INSERT INTO attachments (id, voucher_id, name, uploaded_by, uploaded_at) VALUES (?, ?, ?, ?, ?)';
const COUNT = "SELECT COUNT(*) AS count FROM attachments WHERE voucher_id = ? AND state <> 'removed'";
const STORE =
  "UPDATE attachments SET state = 'stored', content_type = ?, size_bytes = ?, sha256 = ? WHERE id = ? AND state = 'uploading' AND voucher_id = ?";

/**
 * Keeps a file with a voucher. A row says first that it is coming, then the content goes into the store of files, then
 * the row says that it is there: whatever dies in between leaves a row by which the content is found and swept away.
 * No connection to the database is held while the content travels.
 */
@Injectable()
export class AttachFile {
  private readonly logger = new Logger(AttachFile.name);

  constructor(
    private readonly vouchers: ChangeVoucher,
    private readonly transaction: CompanyTransaction,
    private readonly attachments: AttachmentStore,
    private readonly editLog: EditLog,
    private readonly config: AttachmentConfig,
  ) {}

  /**
   * @throws DomainError 400 `upload_broken_off`; 404 `voucher_not_found`; 409 `voucher_already_cancelled`, `idempotency_key_reused`; 413
   *   `attachment_too_large`; 422 `too_many_attachments`, `attachment_empty`, `attachment_type_not_allowed`; 503
   *   `object_store_unavailable`
   */
  async attach(
    voucherId: string,
    file: FileToAttach,
    { actor, idempotency }: { actor: Actor; idempotency?: IdempotencyRequest },
  ): Promise<AttachmentDto> {
    const id = newId();
    const name = cleanFileName(file.name);
    const voucher = await this.reserve(voucherId, { id, name, actor });
    let attached: AttachmentDto | undefined;
    try {
      const { ATTACHMENT_MAX_BYTES: maxBytes } = this.config;
      const { objects: store } = this.attachments;
      const taken = await takeIn(file.content, { name, key: this.attachments.keyOf(id), maxBytes, store });
      attached = await this.transaction.run((tx) => this.settle(tx, { id, voucherId, voucher, taken, actor }), {
        // the same key with the same file gives the first answer
        idempotency: idempotency && { ...idempotency, body: { voucher_id: voucherId, name, sha256: taken.sha256 } },
      });
      if (attached.id === id) await this.attachments.noteBytes(taken.sizeBytes);
      return attached;
    } finally {
      if (attached?.id !== id) await this.giveUp(id);
    }
  }

  /** @returns the voucher's name for the edit log */
  private reserve(voucherId: string, { id, name, actor }: { id: string; name: string; actor: Actor }): Promise<string> {
    // the voucher is locked: two at the same moment do not both get the last place
    return this.vouchers.run(voucherId, { actor, mayOverrideLock: false }, async ({ tx, voucher, before }) => {
      assertNotCancelled(voucher);
      const [{ count }]: [{ count: string }] = await tx.query(COUNT, [voucherId]);
      const { ATTACHMENTS_PER_VOUCHER: max } = this.config;
      if (Number(count) >= max)
        throw ruleBroken('too_many_attachments', `A voucher has at most ${max} attachments; remove one first.`);
      await tx.query(RESERVE, [id, voucherId, name, actor.name, new Date()]);
      return nameOf(before);
    });
  }

  private async settle(
    tx: EntityManager,
    {
      id,
      voucherId,
      voucher,
      taken,
      actor,
    }: { id: string; voucherId: string; voucher: string; taken: TakenIn; actor: Actor },
  ): Promise<AttachmentDto> {
    const values = [taken.contentType, taken.sizeBytes, taken.sha256, id, voucherId];
    const { affectedRows }: { affectedRows: number } = await tx.query(STORE, values);
    // a draft that was deleted meanwhile
    if (affectedRows === 0) throw notFound('voucher', voucherId, 'voucher_not_found');
    const attachment = await this.attachments.one(voucherId, id, tx);
    await this.editLog.record(tx, actor, {
      action: 'attachment_added',
      objectType: 'voucher',
      objectId: voucherId,
      objectName: voucher,
      after: { attachment },
    });
    return attachment;
  }

  /** What cannot be done now is done by whoever sweeps. */
  private async giveUp(id: string): Promise<void> {
    await this.attachments
      .discard(id)
      .catch((error: unknown) =>
        this.logger.warn({ msg: 'an upload that failed is left to be swept', attachment_id: id, err: error }),
      );
  }
}
