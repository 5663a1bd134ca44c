import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What its people may do. */
@Entity('roles')
export class Role {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 40 }) code: string;
  @Column('varchar', { length: 80 }) name: string;
  @Column('json') permissions: string[];
  @Column('boolean', { name: 'is_reserved' }) isReserved: boolean;
  /** The only voucher types that they post and change; null: all. */
  @Column('json', { name: 'voucher_type_ids', nullable: true }) voucherTypeIds: string[] | null;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}

/** Somebody who works in this company's books. */
@Entity('users')
export class User {
  @PrimaryColumn('bigint', { unsigned: true }) id: string;
  @Column('varchar', { length: 254 }) email: string;
  @Column('varchar', { length: 120 }) name: string;
  @Column('varchar', { name: 'password_hash', length: 255 }) passwordHash: string;
  @Column('bigint', { name: 'role_id', unsigned: true }) roleId: string;
  @Column('boolean', { name: 'is_active' }) isActive: boolean;
  @Column('boolean', { name: 'password_change_required' }) passwordChangeRequired: boolean;
  @Column('int', { unsigned: true }) version: number;
  @Column({ type: 'datetime', name: 'created_at', precision: 6, insert: false, update: false }) createdAt: Date;
}
