import { Column, Entity, PrimaryColumn } from 'typeorm';

export const OPERATION_STATUSES = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'undoing',
  'undone',
  'cancelled',
] as const;
export type OperationStatus = (typeof OPERATION_STATUSES)[number];

/** A change of a tenant's life that takes more than one transaction. The row is the truth about how far it is. */
@Entity('tenant_operations')
export class Operation {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('varchar', { length: 40 }) kind: string;
  @Column('char', { name: 'tenant_id', length: 36 }) tenantId: string;
  @Column('enum', { enum: OPERATION_STATUSES }) status: OperationStatus;
  /** The step that is being done, or was done last. */
  @Column('varchar', { length: 60, nullable: true }) step: string | null;
  /** Percent. */
  @Column('tinyint', { unsigned: true }) progress: number;
  @Column('int', { unsigned: true }) attempts: number;
  /** Drawn anew by whoever works on it; a worker whose token was replaced must stop. */
  @Column('char', { name: 'claim_token', length: 36, nullable: true }) claimToken: string | null;
  /** What was asked for; holds no secret in clear. */
  @Column('json') input: Record<string, unknown>;
  /** What steps leave for later steps and for undoing. */
  @Column('json') state: Record<string, unknown>;
  @Column('varchar', { name: 'error_code', length: 60, nullable: true }) errorCode: string | null;
  @Column('varchar', { name: 'error_message', length: 1000, nullable: true }) errorMessage: string | null;
  @Column('varchar', { name: 'requested_by', length: 254 }) requestedBy: string;
  @Column('varchar', { name: 'requested_by_id', length: 64 }) requestedById: string;
  /** Address of whoever asked for it. */
  @Column('varchar', { name: 'requested_from', length: 45, nullable: true }) requestedFrom: string | null;
  @Column('varchar', { name: 'request_id', length: 64 }) requestId: string;
  /** After a crash: go on (somebody will look at it later), or undo (whoever waited for the answer is gone). */
  @Column('boolean', { name: 'resume_after_crash' }) resumeAfterCrash: boolean;
  /** A step waits for something: nobody needs to look before. */
  @Column('datetime', { name: 'not_before', precision: 6, nullable: true }) notBefore: Date | null;
  @Column('datetime', { name: 'started_at', precision: 6, nullable: true }) startedAt: Date | null;
  @Column('datetime', { name: 'finished_at', precision: 6, nullable: true }) finishedAt: Date | null;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
  @Column({ type: 'datetime', name: 'updated_at', precision: 6, insert: false, update: false }) updatedAt: Date;
}
