import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key by which a program uses the platform's routes. The key itself is not kept. */
@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('varchar', { length: 120 }) name: string;
  /** How it begins, so that people know which one it is. */
  @Column('varchar', { length: 16 }) prefix: string;
  /** SHA-256: a key is random enough to need no slower one. */
  @Column('char', { name: 'key_hash', length: 64 }) keyHash: string;
  @Column('json') scopes: string[];
  @Column('varchar', { name: 'created_by', length: 254 }) createdBy: string;
  @Column('varchar', { name: 'created_by_id', length: 64 }) createdById: string;
  /** null: never */
  @Column('datetime', { name: 'expires_at', precision: 6, nullable: true }) expiresAt: Date | null;
  /** To about a minute. */
  @Column('datetime', { name: 'last_used_at', precision: 6, nullable: true }) lastUsedAt: Date | null;
  @Column('varchar', { name: 'last_used_from', length: 45, nullable: true }) lastUsedFrom: string | null;
  @Column('datetime', { name: 'revoked_at', precision: 6, nullable: true }) revokedAt: Date | null;
  @Column('varchar', { name: 'revoked_by', length: 254, nullable: true }) revokedBy: string | null;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
