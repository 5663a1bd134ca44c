import { ApiProperty } from '@nestjs/swagger';
import { PLACEMENT_CLASSES } from '../servers/database-server.entity.js';
import type { Plan } from './plan.entity.js';

export class PlanDto {
  @ApiProperty({ example: 'standard' }) code: string;
  @ApiProperty({ example: 'Standard' }) name: string;
  @ApiProperty({ example: 1024 }) storage_limit_mb: number;
  @ApiProperty({ example: 120_000, description: 'of all users of a company together' }) requests_per_minute: number;
  @ApiProperty({ enum: PLACEMENT_CLASSES }) placement_class: string;
  @ApiProperty({ example: '999.00' }) monthly_price: string;
  @ApiProperty({ example: 'INR' }) currency: string;
  @ApiProperty({ description: 'whether companies may choose it' }) is_active: boolean;
}

export const toPlanDto = (plan: Plan): PlanDto => ({
  code: plan.code,
  name: plan.name,
  storage_limit_mb: plan.storageLimitMb,
  requests_per_minute: plan.requestsPerMinute,
  placement_class: plan.placementClass,
  monthly_price: plan.monthlyPrice,
  currency: plan.currency,
  is_active: plan.isActive,
});
