import { Column, Entity, PrimaryColumn } from 'typeorm';
import { PLACEMENT_CLASSES, type PlacementClass } from '../servers/database-server.entity.js';

/** What a company subscribes to. */
@Entity('plans')
export class Plan {
  @PrimaryColumn('varchar', { length: 40 }) code: string;
  @Column('varchar', { length: 80 }) name: string;
  @Column('int', { name: 'storage_limit_mb', unsigned: true }) storageLimitMb: number;
  @Column('enum', { name: 'placement_class', enum: PLACEMENT_CLASSES }) placementClass: PlacementClass;
  /** Of all users of a company together, over all processes. */
  @Column('int', { name: 'requests_per_minute', unsigned: true }) requestsPerMinute: number;
  @Column('decimal', { name: 'monthly_price', precision: 12, scale: 2 }) monthlyPrice: string;
  @Column('char', { length: 3 }) currency: string;
  @Column('boolean', { name: 'is_active' }) isActive: boolean;
}

/** Plans of a new platform; `init:master` adds those that are missing and changes none. */
export const SEEDED_PLANS: Omit<Plan, 'currency' | 'isActive'>[] = [
  {
    code: 'trial',
    name: 'Trial',
    storageLimitMb: 256,
    placementClass: 'trial',
    requestsPerMinute: 60_000,
    monthlyPrice: '0.00',
  },
  {
    code: 'free',
    name: 'Free',
    storageLimitMb: 256,
    placementClass: 'trial',
    requestsPerMinute: 60_000,
    monthlyPrice: '0.00',
  },
  {
    code: 'basic',
    name: 'Basic',
    storageLimitMb: 512,
    placementClass: 'standard',
    requestsPerMinute: 60_000,
    monthlyPrice: '499.00',
  },
  {
    code: 'standard',
    name: 'Standard',
    storageLimitMb: 1024,
    placementClass: 'standard',
    requestsPerMinute: 120_000,
    monthlyPrice: '999.00',
  },
  {
    code: 'premium',
    name: 'Premium',
    storageLimitMb: 10_240,
    placementClass: 'premium',
    requestsPerMinute: 300_000,
    monthlyPrice: '2999.00',
  },
  {
    code: 'enterprise',
    name: 'Enterprise',
    storageLimitMb: 102_400,
    placementClass: 'premium',
    requestsPerMinute: 600_000,
    monthlyPrice: '9999.00',
  },
];
