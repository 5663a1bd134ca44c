import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a company's database took on disk on one day (UTC). Megabytes are 2^20 bytes, three decimals, as text. */
@Entity('storage_history')
export class StorageDay {
  @PrimaryColumn('char', { name: 'tenant_id', length: 36 }) tenantId: string;
  /** YYYY-MM-DD */
  @PrimaryColumn('date', { name: 'measured_on' }) measuredOn: string;
  /** By the last measurement of the day. */
  @Column('decimal', { name: 'used_mb', precision: 14, scale: 3 }) usedMb: string;
  /** The most that was measured on the day. */
  @Column('decimal', { name: 'peak_mb', precision: 14, scale: 3 }) peakMb: string;
  @Column('int', { name: 'limit_mb', unsigned: true }) limitMb: number;
  @Column('datetime', { name: 'measured_at', precision: 6 }) measuredAt: Date;
}
