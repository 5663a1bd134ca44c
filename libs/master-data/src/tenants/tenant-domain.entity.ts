import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A domain of a company's own; resolves to it once it is verified. */
@Entity('tenant_domains')
export class TenantDomain {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('char', { name: 'tenant_id', length: 36 }) tenantId: string;
  /** Lower-case ASCII. */
  @Column('varchar', { length: 253 }) domain: string;
  /** What the domain's owner has to show. */
  @Column('char', { name: 'challenge_token', length: 43 }) challengeToken: string;
  @Column('datetime', { name: 'verified_at', precision: 6, nullable: true }) verifiedAt: Date | null;
  @Column('enum', { name: 'verified_by', enum: ['dns', 'http'], nullable: true }) verifiedBy: 'dns' | 'http' | null;
  /** When a verified domain was last looked at again. */
  @Column('datetime', { name: 'checked_at', precision: 6, nullable: true }) checkedAt: Date | null;
  /** Since when the proof of a verified domain is not found any more. */
  @Column('datetime', { name: 'failing_since', precision: 6, nullable: true }) failingSince: Date | null;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
