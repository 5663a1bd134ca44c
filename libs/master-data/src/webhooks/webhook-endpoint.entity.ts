import { ENDPOINT_STATUSES, type EndpointStatus } from '@finvera/common';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An address that is told of events. */
@Entity('webhook_endpoints')
export class WebhookEndpoint {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('varchar', { length: 2000 }) url: string;
  @Column('varchar', { length: 200 }) description: string;
  /** `*`, `tenant.*`, `operation.failed` */
  @Column('json', { name: 'event_types' }) eventTypes: string[];
  /** Encrypted (compact JWE). */
  @Column('text') secret: string;
  /** Signs beside the new one until then; encrypted. */
  @Column('text', { name: 'former_secret', nullable: true }) formerSecret: string | null;
  @Column('datetime', { name: 'former_secret_until', precision: 6, nullable: true }) formerSecretUntil: Date | null;
  @Column('enum', { enum: ENDPOINT_STATUSES }) status: EndpointStatus;
  @Column('varchar', { name: 'disabled_reason', length: 500, nullable: true }) disabledReason: string | null;
  @Column('datetime', { name: 'disabled_at', precision: 6, nullable: true }) disabledAt: Date | null;
  /** Since when nothing has arrived; null: the last one did. */
  @Column('datetime', { name: 'failing_since', precision: 6, nullable: true }) failingSince: Date | null;
  @Column('datetime', { name: 'last_delivered_at', precision: 6, nullable: true }) lastDeliveredAt: Date | null;
  /** It is told of audit entries after this one. */
  @Column('bigint', { name: 'events_after', unsigned: true }) eventsAfter: string;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
  @Column({ type: 'datetime', name: 'updated_at', precision: 6, insert: false, update: false }) updatedAt: Date;
}
