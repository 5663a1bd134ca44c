import { IfSent, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { BASE_TYPES, NUMBERINGS, RESTARTS, type VoucherType } from './voucher-type.entity.js';

const AFFIX = /^[A-Za-z0-9/-]*$/;
const AFFIX_HELP = 'must be letters, digits, "-" and "/" (CGST Rules, rule 46)';

export class CreateVoucherTypeDto {
  @ApiProperty({ example: 'Export Sales' })
  @trimmed()
  @Matches(/\D/, { message: 'name must not be a number' })
  @MaxLength(80)
  @IsString()
  @IsNotEmpty({ message: 'name must not be empty' })
  name: string;

  @ApiProperty({ enum: BASE_TYPES, example: 'sales' })
  @IsIn(BASE_TYPES, { message: `base_type must be one of ${BASE_TYPES.join(', ')}` })
  base_type: (typeof BASE_TYPES)[number];

  @ApiPropertyOptional({ enum: NUMBERINGS, default: 'automatic' })
  @IfSent()
  @IsIn(NUMBERINGS)
  numbering?: (typeof NUMBERINGS)[number];

  @ApiPropertyOptional({ example: 'EXP/' })
  @IfSent()
  @IsString()
  @MaxLength(12)
  @Matches(AFFIX, { message: `number_prefix ${AFFIX_HELP}` })
  number_prefix?: string;

  @ApiPropertyOptional({ example: '/26-27' })
  @IfSent()
  @IsString()
  @MaxLength(12)
  @Matches(AFFIX, { message: `number_suffix ${AFFIX_HELP}` })
  number_suffix?: string;

  @ApiPropertyOptional({ description: 'filled up with zeros to so many digits', example: 4 })
  @IfSent()
  @IsInt()
  @Min(0)
  @Max(10)
  number_width?: number;
  @ApiPropertyOptional({ enum: RESTARTS, default: 'financial_year' })
  @IfSent()
  @IsIn(RESTARTS)
  number_restart?: (typeof RESTARTS)[number];
}

/** Base type, kind of numbering and restart are fixed with the type's first voucher. */
export class UpdateVoucherTypeDto extends PartialType(CreateVoucherTypeDto, { skipNullProperties: false }) {
  @ApiPropertyOptional({ description: 'an inactive type takes no new vouchers' })
  @IfSent()
  @IsBoolean()
  is_active?: boolean;
}

export class VoucherTypeDto {
  @ApiProperty() id: string;
  @ApiProperty({ example: 'Sales' }) name: string;
  @ApiProperty({ enum: BASE_TYPES }) base_type: string;
  @ApiProperty({ enum: NUMBERINGS }) numbering: string;
  @ApiProperty() number_prefix: string;
  @ApiProperty() number_suffix: string;
  @ApiProperty() number_width: number;
  @ApiProperty({ enum: RESTARTS }) number_restart: string;
  @ApiProperty() is_reserved: boolean;
  @ApiProperty() is_active: boolean;
  @ApiProperty() version: number;
}

export const toVoucherTypeDto = (type: VoucherType): VoucherTypeDto => ({
  id: type.id,
  name: type.name,
  base_type: type.baseType,
  numbering: type.numbering,
  number_prefix: type.numberPrefix,
  number_suffix: type.numberSuffix,
  number_width: type.numberWidth,
  number_restart: type.numberRestart,
  is_reserved: type.isReserved,
  is_active: type.isActive,
  version: type.version,
});
