import { PageQuery, IfSent } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { RecoveryCodeField, TotpField } from '../totp/totp.dto.js';
import { IsBoolean, IsEmail, IsNotEmpty, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';

const ROLE_EXAMPLE = { example: 'accountant', description: 'code of a role: see GET /api/roles' };
export const PASSWORD_MIN_LENGTH = 10;
export const PASSWORD_HELP = `must have at least ${PASSWORD_MIN_LENGTH} characters`;

export class LoginDto {
  @ApiProperty({ example: 'admin@acme.com' }) @IsEmail({ require_tld: false }) @MaxLength(254) email: string;
  @ApiProperty({ example: 'correct horse battery' }) @IsString() @MaxLength(200) password: string;
  @ApiPropertyOptional({ example: '492039', description: 'of the authenticator, for who has a second factor' })
  @IfSent()
  @TotpField()
  totp?: string;
  @ApiPropertyOptional({ example: 'ABCD-EFGH-IJKL-MNOP', description: 'in its place, once' })
  @IfSent()
  @RecoveryCodeField()
  recovery_code?: string;
  @ApiPropertyOptional({ example: 'acme', description: 'on the bare host: which company' })
  @IsOptional()
  @IsString()
  @MaxLength(63)
  subdomain?: string;
}

export class ChangePasswordDto {
  @ApiProperty() @IsString() @MaxLength(200) current_password: string;
  @ApiProperty({ minLength: PASSWORD_MIN_LENGTH })
  @IsString()
  @MinLength(PASSWORD_MIN_LENGTH, { message: `new_password ${PASSWORD_HELP}` })
  @MaxLength(200)
  new_password: string;
}

export class CreateUserDto {
  @ApiProperty({ example: 'ravi@acme.com' }) @IsEmail({ require_tld: false }) @MaxLength(254) email: string;
  @ApiProperty({ example: 'Ravi' }) @IsString() @IsNotEmpty() @MaxLength(120) name: string;
  @ApiProperty(ROLE_EXAMPLE) @IsString() @IsNotEmpty() @MaxLength(40) role: string;
  @ApiPropertyOptional({
    example: 'correct horse battery',
    description: 'without it a temporary one is made and shown once',
  })
  @IfSent()
  @IsString()
  @MinLength(PASSWORD_MIN_LENGTH, { message: `password ${PASSWORD_HELP}` })
  @MaxLength(200)
  password?: string;
}

export class UpdateUserDto {
  @ApiPropertyOptional({ example: 'Ravi' }) @IfSent() @IsString() @IsNotEmpty() @MaxLength(120) name?: string;
  @ApiPropertyOptional(ROLE_EXAMPLE) @IfSent() @IsString() @IsNotEmpty() @MaxLength(40) role?: string;
  @ApiPropertyOptional() @IfSent() @IsBoolean() is_active?: boolean;
}

export class ListUsersQuery extends PageQuery {}

export class UserDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'admin@acme.com' }) email: string;
  @ApiProperty() name: string;
  @ApiProperty({ example: 'administrator' }) role: string;
  @ApiProperty() is_active: boolean;
  @ApiProperty() password_change_required: boolean;
  @ApiProperty({ description: 'has a second factor' }) totp_enabled: boolean;
  @ApiProperty() version: number;
  @ApiProperty() created_at: string;
}

export class NewUserDto extends UserDto {
  @ApiPropertyOptional({ description: 'shown this once' }) temporary_password?: string;
}

export class SessionUserDto {
  @ApiProperty() id: string;
  @ApiProperty() email: string;
  @ApiProperty() name: string;
  @ApiProperty({ example: 'administrator' }) role: string;
  @ApiProperty({ type: [String] }) permissions: string[];
  @ApiProperty({ description: 'true: only POST /api/auth/change-password is open' }) password_change_required: boolean;
  @ApiProperty({ description: 'true: only what makes a second factor is open' }) totp_enrolment_required: boolean;
}
