import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody who runs the platform. */
@Entity('admins')
export class Admin {
  @PrimaryColumn('char', { length: 36 }) id: string;
  @Column('varchar', { length: 254 }) email: string;
  @Column('varchar', { length: 120 }) name: string;
  @Column('varchar', { name: 'password_hash', length: 255 }) passwordHash: string;
  @Column('boolean', { name: 'is_active' }) isActive: boolean;
  @Column('datetime', { name: 'last_sign_in_at', precision: 6, nullable: true }) lastSignInAt: Date | null;
}
