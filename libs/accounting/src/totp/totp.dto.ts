import { IfSent } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsString, Matches, MaxLength } from 'class-validator';
import { RECOVERY_CODE_FORM } from './recovery-codes.js';

export const TotpField = () => Matches(/^\d{6}$/, { message: 'totp must be the six digits of an authenticator' });
export const RecoveryCodeField = () =>
  Matches(RECOVERY_CODE_FORM, { message: 'recovery_code must be one such as ABCD-EFGH-IJKL-MNOP' });

export class EnrolTotpDto {
  @ApiProperty({ example: 'correct horse battery' }) @IsString() @MaxLength(200) current_password: string;
}

export class ConfirmTotpDto {
  @ApiProperty({ example: '492039', description: 'what the authenticator shows now' }) @TotpField() totp: string;
}

/** The password, and one of both codes. */
export class ProveTotpDto extends EnrolTotpDto {
  @ApiPropertyOptional({ example: '492039' }) @IfSent() @TotpField() totp?: string;
  @ApiPropertyOptional({ example: 'ABCD-EFGH-IJKL-MNOP' }) @IfSent() @RecoveryCodeField() recovery_code?: string;
}

export class TotpStatusDto {
  @ApiProperty() enabled: boolean;
  @ApiProperty({ nullable: true, type: String }) confirmed_at: string | null;
  @ApiProperty({ example: 10 }) recovery_codes_left: number;
  @ApiProperty({ description: 'the company asks everybody for a second factor' }) required: boolean;
}

export class TotpEnrolmentDto {
  @ApiProperty({ example: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', description: 'shown this once' }) secret: string;
  @ApiProperty({ example: 'otpauth://totp/Acme:ravi%40acme.com?secret=…', description: 'to be shown as a QR code' })
  otpauth_url: string;
}

export class SecuritySettingsDto {
  @ApiProperty({ description: 'everybody must have a second factor' }) totp_required: boolean;
  @ApiProperty() version: number;
}

export class UpdateSecurityDto {
  @ApiProperty({ example: true }) @IsBoolean() totp_required: boolean;
}
