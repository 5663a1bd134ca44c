import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { TOKEN_FORM } from '../invitations/mail-link.js';
import { PASSWORD_HELP, PASSWORD_MIN_LENGTH } from '../users/user.dto.js';

class OfCompanyDto {
  @ApiPropertyOptional({ example: 'acme', description: 'on the bare host: which company' })
  @IsOptional()
  @IsString()
  @MaxLength(63)
  subdomain?: string;
}

export class ForgotPasswordDto extends OfCompanyDto {
  @ApiProperty({ example: 'admin@acme.com' }) @IsEmail({ require_tld: false }) @MaxLength(254) email: string;
}

export class ResetPasswordDto extends OfCompanyDto {
  @ApiProperty({ example: 'qg0…', description: 'of the link in the mail' })
  @Matches(TOKEN_FORM, { message: 'token is not one of a link' })
  token: string;

  @ApiProperty({ example: 'correct horse battery', minLength: PASSWORD_MIN_LENGTH })
  @IsString()
  @MinLength(PASSWORD_MIN_LENGTH, { message: `new_password ${PASSWORD_HELP}` })
  @MaxLength(200)
  new_password: string;
}
