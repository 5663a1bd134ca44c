import { PageQuery, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsIn, IsNotEmpty, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { PASSWORD_HELP, PASSWORD_MIN_LENGTH } from '../users/user.dto.js';
import { TOKEN_FORM } from './mail-link.js';

export const INVITATION_STATUSES = ['open', 'expired', 'accepted', 'revoked'] as const;
export type InvitationStatus = (typeof INVITATION_STATUSES)[number];

export class InviteDto {
  @ApiProperty({ example: 'ravi@acme.com' }) @IsEmail({ require_tld: false }) @MaxLength(254) email: string;
  @ApiProperty({ example: 'accountant', description: 'code of a role: see GET /api/roles' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(40)
  role: string;
}

export class ListInvitationsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: INVITATION_STATUSES })
  @IsOptional()
  @IsIn(INVITATION_STATUSES)
  status?: InvitationStatus;
}

export class AcceptInvitationDto {
  @ApiProperty({ example: 'qg0…', description: 'of the link in the mail' })
  @Matches(TOKEN_FORM, { message: 'token is not one of an invitation' })
  token: string;

  @ApiProperty({ example: 'Ravi' }) @trimmed() @IsString() @IsNotEmpty() @MaxLength(120) name: string;

  @ApiProperty({ example: 'correct horse battery', minLength: PASSWORD_MIN_LENGTH })
  @IsString()
  @MinLength(PASSWORD_MIN_LENGTH, { message: `password ${PASSWORD_HELP}` })
  @MaxLength(200)
  password: string;

  @ApiPropertyOptional({ example: 'acme', description: 'on the bare host: which company' })
  @IsOptional()
  @IsString()
  @MaxLength(63)
  subdomain?: string;
}

export class InvitationDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'ravi@acme.com' }) email: string;
  @ApiProperty({ example: 'accountant', nullable: true, type: String, description: 'null: the role is no more' })
  role: string | null;
  @ApiProperty({ enum: INVITATION_STATUSES, example: 'open' }) status: InvitationStatus;
  @ApiProperty({ example: 'admin@acme.com' }) invited_by: string;
  @ApiProperty({ nullable: true, type: String, description: 'when its last mail left; null: none has' })
  mailed_at: string | null;
  @ApiProperty() expires_at: string;
  @ApiProperty({ nullable: true, type: String }) accepted_at: string | null;
  @ApiProperty({ nullable: true, type: String }) revoked_at: string | null;
  @ApiProperty() created_at: string;
}

export class MailOutcomeDto {
  @ApiProperty({ description: 'the mail server took it (or it was written to the folder)' }) sent: boolean;
  @ApiProperty({ enum: ['smtp', 'folder'] }) via: string;
  @ApiPropertyOptional({ description: 'why it was not sent' }) problem?: string;
}
