import { type Actor, conflict } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { type ChangeOptions, ChangeVoucher, type OpenedVoucher } from '../vouchers/change-voucher.js';
import { prepareStored } from '../vouchers/post-draft.js';
import type { VoucherDto } from '../vouchers/voucher.dto.js';
import { postDrafts } from '../vouchers/voucher-store.js';
import type { ApproveDto, RejectDto } from './approval.dto.js';
import type { ApprovalState } from './approval-answer.js';
import { assertSecondPerson } from './makers.js';

/** A submitted voucher is approved and posted, or becomes a draft again. */
@Injectable()
export class DecideApproval {
  constructor(private readonly vouchers: ChangeVoucher) {}

  /**
   * Posts it: everything is checked once more, and it gets its number now. What its maker was allowed to date into a
   * locked period stays allowed.
   * @throws DomainError 403 `approval_needs_person`, `approval_by_maker`; 409 `voucher_not_submitted`; 412 `stale`; what
   *   posting refuses
   */
  approve(id: string, { comment, lock_override_reason }: ApproveDto, options: ChangeOptions): Promise<VoucherDto> {
    return this.vouchers.change(id, options, async (opened) => {
      const { tx, voucher, settings } = opened;
      assertSubmitted(opened);
      await assertSecondPerson(tx, id, options.actor);
      const mayOverrideLock = options.mayOverrideLock || voucher.lockOverrideReason !== null;
      const prepared = await prepareStored(opened, { ...options, mayOverrideLock }, lock_override_reason);
      await decide(opened, 'approved', options.actor, comment);
      await postDrafts(tx, [{ id, voucher: prepared }], { ...settings, at: new Date() });
      await this.vouchers.record(tx, options.actor, [
        { action: 'approved', objectType: 'voucher', objectId: id, objectName: prepared.type.name, reason: comment },
      ]);
      await this.vouchers.recordReversal(tx, options.actor, voucher);
      return { action: 'posted', reason: prepared.lockOverrideReason };
    });
  }

  /** A draft again, with the reason beside it. @throws DomainError 409 `voucher_not_submitted`; 412 `stale` */
  reject(id: string, { reason }: RejectDto, options: ChangeOptions): Promise<VoucherDto> {
    return this.vouchers.change(id, options, async (opened) => {
      assertSubmitted(opened);
      await decide(opened, 'rejected', options.actor, reason);
      return { action: 'rejected', reason };
    });
  }

  /** A draft again, so that whoever made it can change it. @throws DomainError 409 `voucher_not_submitted`; 412 `stale` */
  withdraw(id: string, options: ChangeOptions): Promise<VoucherDto> {
    return this.vouchers.change(id, options, async (opened) => {
      assertSubmitted(opened);
      await decide(opened, 'withdrawn', options.actor);
      return { action: 'withdrawn' };
    });
  }
}

function assertSubmitted({ before }: OpenedVoucher): void {
  if (before.status !== 'submitted')
    throw conflict('voucher_not_submitted', `The voucher does not wait for approval: it is ${before.status}.`);
}

async function decide(
  { tx, voucher }: OpenedVoucher,
  state: ApprovalState,
  { id, name }: Actor,
  reason: string | undefined = undefined,
): Promise<void> {
  await tx.query(
    'UPDATE voucher_approvals SET state = ?, decided_by_id = ?, decided_by = ?, decided_at = ?, reason = ? WHERE voucher_id = ?',
    [state, id, name, new Date(), reason || null, voucher.id],
  );
}
