import { DELIVERY_STATUSES, type DeliveryStatus } from '@finvera/common';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One event for one endpoint. What is sent is made from the audit entry each time: entries do not change. */
@Entity('webhook_deliveries')
export class WebhookDelivery {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('char', { name: 'endpoint_id', length: 36 }) endpointId: string;
  @Column('bigint', { name: 'audit_id', unsigned: true }) auditId: string;
  /** The same at every try, also when it is replayed: receivers know by it what they have seen. */
  @Column('varchar', { name: 'webhook_id', length: 64 }) webhookId: string;
  @Column('varchar', { name: 'event_type', length: 60 }) eventType: string;
  @Column('char', { name: 'tenant_id', length: 36, nullable: true }) tenantId: string | null;
  @Column('enum', { enum: DELIVERY_STATUSES }) status: DeliveryStatus;
  @Column('int', { unsigned: true }) attempts: number;
  /** Of a claimed one: when it counts as left behind. */
  @Column('datetime', { name: 'next_attempt_at', precision: 6 }) nextAttemptAt: Date;
  /** Drawn anew by whoever sends it. */
  @Column('char', { name: 'claim_token', length: 36, nullable: true }) claimToken: string | null;
  @Column('datetime', { name: 'last_attempt_at', precision: 6, nullable: true }) lastAttemptAt: Date | null;
  @Column('smallint', { name: 'last_status', unsigned: true, nullable: true }) lastStatus: number | null;
  @Column('varchar', { name: 'last_error', length: 300, nullable: true }) lastError: string | null;
  @Column('datetime', { name: 'delivered_at', precision: 6, nullable: true }) deliveredAt: Date | null;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
