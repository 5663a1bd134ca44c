import { ApiProperty } from '@nestjs/swagger';

export const APPROVAL_STATES = ['submitted', 'approved', 'rejected', 'withdrawn'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** What became of a voucher that was submitted for approval. */
export class ApprovalDto {
  @ApiProperty({ enum: APPROVAL_STATES }) state: ApprovalState;
  @ApiProperty({ example: 'clerk@acme.com' }) submitted_by: string;
  @ApiProperty() submitted_at: string;
  @ApiProperty({ nullable: true, type: String, example: 'owner@acme.com' }) decided_by: string | null;
  @ApiProperty({ nullable: true, type: String }) decided_at: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'why it was rejected, or what was said with the approval' })
  reason: string | null;
}

/** Columns of a query that joins `voucher_approvals a`. */
export const APPROVAL_COLUMNS = `a.state AS approval_state, a.submitted_by, a.submitted_at, a.decided_by, a.decided_at, a.reason AS approval_reason`;

/** A voucher's status as people see it: a submitted one is a draft to the books. */
export const STATUS_SHOWN = "IF(v.status = 'draft' AND a.state = 'submitted', 'submitted', v.status)";

export interface ApprovalColumns {
  approval_state: ApprovalState | null;
  submitted_by: string;
  submitted_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  approval_reason: string | null;
}

export const approvalOfColumns = (row: ApprovalColumns): ApprovalDto | null =>
  row.approval_state === null
    ? null
    : {
        state: row.approval_state,
        submitted_by: row.submitted_by,
        submitted_at: row.submitted_at.toISOString(),
        decided_by: row.decided_by,
        decided_at: row.decided_at?.toISOString() ?? null,
        reason: row.approval_reason,
      };
