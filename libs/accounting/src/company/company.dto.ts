import { currencyDigits, IsCalendarDate, IfSent, IsTimeZoneName, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsIn, IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import type { CompanySettings } from './company-settings.js';

const CURRENCIES = Intl.supportedValuesOf('currency');

export class CompanyDto {
  @ApiProperty({ example: 'Acme Corp' }) company_name: string;
  @ApiProperty({ example: 'admin@acme.com' }) email: string;
  @ApiProperty({ example: '1234567890' }) phone: string;
  @ApiProperty({ example: 'INR' }) base_currency: string;
  @ApiProperty({ example: 2 }) currency_digits: number;
  @ApiProperty({ example: '04-01' }) financial_year_start: string;
  @ApiProperty({ example: '2026-04-01' }) books_begin: string;
  @ApiProperty({ example: 'Asia/Kolkata' }) time_zone: string;
  @ApiProperty() version: number;
}

export const toCompanyDto = (settings: CompanySettings): CompanyDto => ({
  company_name: settings.companyName,
  email: settings.email,
  phone: settings.phone,
  base_currency: settings.baseCurrency,
  currency_digits: Number(settings.currencyDigits),
  financial_year_start: settings.financialYearStart,
  books_begin: settings.booksBegin,
  time_zone: settings.timeZone,
  version: Number(settings.version),
});

export class UpdateCompanyDto {
  @ApiPropertyOptional({ example: 'Acme Corp' })
  @IfSent()
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  company_name?: string;
  @ApiPropertyOptional({ example: 'admin@acme.com' })
  @IfSent()
  @IsEmail({ require_tld: false })
  @MaxLength(254)
  email?: string;
  @ApiPropertyOptional({ example: '1234567890' }) @IfSent() @IsString() @MaxLength(32) phone?: string;

  @ApiPropertyOptional({ example: 'INR', description: 'ISO 4217; until the first voucher' })
  @IfSent()
  @IsIn(CURRENCIES, { message: 'base_currency must be an ISO 4217 code such as INR' })
  base_currency?: string;

  @ApiPropertyOptional({ example: '04-01', description: 'MM-DD; until the first voucher' })
  @IfSent()
  @Matches(/^(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])$|^(0[469]|11)-(0[1-9]|[12]\d|30)$|^02-(0[1-9]|1\d|2[0-8])$/, {
    message: 'financial_year_start must be a day that every year has, as MM-DD',
  })
  financial_year_start?: string;

  @ApiPropertyOptional({ example: '2026-04-01', description: 'until the first voucher' })
  @IfSent()
  @IsCalendarDate()
  books_begin?: string;

  @ApiPropertyOptional({ example: 'Asia/Kolkata' })
  @IfSent()
  @IsTimeZoneName()
  time_zone?: string;
}

/** Column → value of what the body changes. */
export const companyColumns = (body: UpdateCompanyDto): Record<string, string | number> => ({
  ...(body.company_name !== undefined && { company_name: body.company_name }),
  ...(body.email !== undefined && { email: body.email }),
  ...(body.phone !== undefined && { phone: body.phone }),
  ...(body.base_currency !== undefined && {
    base_currency: body.base_currency,
    currency_digits: currencyDigits(body.base_currency),
  }),
  ...(body.financial_year_start !== undefined && { financial_year_start: body.financial_year_start }),
  ...(body.books_begin !== undefined && { books_begin: body.books_begin }),
  ...(body.time_zone !== undefined && { time_zone: body.time_zone }),
});
