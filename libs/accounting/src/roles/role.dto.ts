import { IfSent, PageQuery, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { PERMISSIONS } from '../users/permissions.js';
import type { Role } from '../users/user.entity.js';

const TYPES_MAX = 100;

export class CreateRoleDto {
  @ApiProperty({ example: 'Cashier', maxLength: 80 }) @trimmed() @IsString() @IsNotEmpty() @MaxLength(80) name: string;

  @ApiProperty({ example: ['ledgers:read', 'vouchers:read', 'vouchers:post'], enum: PERMISSIONS, isArray: true })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(PERMISSIONS, { each: true, message: `permissions must be some of ${PERMISSIONS.join(', ')}` })
  permissions: string[];

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    description: 'ids of the only voucher types that its people post and change; null or left away: all',
  })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @ArrayMaxSize(TYPES_MAX)
  @Matches(/^\d{1,20}$/, { each: true, message: 'voucher_type_ids must be ids of voucher types' })
  voucher_type_ids?: string[] | null;
}

export class UpdateRoleDto extends PartialType(CreateRoleDto) {
  @IfSent() declare name?: string;
  @IfSent() declare permissions?: string[];
}

export class ListRolesQuery extends PageQuery {}

export class RoleDto {
  @ApiProperty() id: string;
  @ApiProperty({ example: 'cashier', description: 'what users name as their role' }) code: string;
  @ApiProperty({ example: 'Cashier' }) name: string;
  @ApiProperty({ type: [String] }) permissions: string[];
  @ApiProperty({ type: [String], nullable: true }) voucher_type_ids: string[] | null;
  @ApiProperty({ description: 'of every company; not to be changed' }) is_reserved: boolean;
  @ApiProperty() version: number;
}

export const toRoleDto = (role: Role): RoleDto => ({
  id: role.id,
  code: role.code,
  name: role.name,
  permissions: role.permissions,
  voucher_type_ids: role.voucherTypeIds,
  is_reserved: role.isReserved,
  version: role.version,
});
