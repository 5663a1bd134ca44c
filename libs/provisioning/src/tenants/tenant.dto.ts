import { IfSent, PageQuery, trimmed } from '@finvera/common';
import { STORAGE_LEVELS, TENANT_STATUSES, type Tenant } from '@finvera/master-data';
import { isSubdomain, RESERVED_SUBDOMAINS, SUBDOMAIN_MAX_LENGTH } from '@finvera/tenancy';
import { ApiProperty, ApiPropertyOptional, PartialType, PickType } from '@nestjs/swagger';
import {
  IsEmail,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  registerDecorator,
} from 'class-validator';
import { MaintenanceDto, toMaintenanceDto } from '../maintenance/maintenance.dto.js';

function IsFreeSubdomainName(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isSubdomain',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' && isSubdomain(value) && !RESERVED_SUBDOMAINS.has(value),
        defaultMessage: ({ value } = {} as never) =>
          typeof value === 'string' && RESERVED_SUBDOMAINS.has(value)
            ? `subdomain ${value} is reserved; choose another one`
            : `subdomain must be 2 to ${SUBDOMAIN_MAX_LENGTH} lower-case letters, digits and single hyphens, beginning with a letter`,
      },
    });
}

export class CreateTenantDto {
  @ApiProperty({ example: 'Acme Corp', maxLength: 200 })
  @trimmed()
  @IsString()
  @IsNotEmpty({ message: 'company_name must not be empty' })
  @MaxLength(200)
  company_name: string;

  @ApiProperty({
    example: 'acme',
    description: 'the company is found under `<subdomain>.<BASE_DOMAIN>`',
    maxLength: SUBDOMAIN_MAX_LENGTH,
  })
  @IsFreeSubdomainName()
  subdomain: string;

  @ApiProperty({ example: 'admin@acme.com', description: 'of the company and of its first administrator' })
  @IsEmail({}, { message: 'email must be an e-mail address' })
  @MaxLength(254)
  email: string;

  @ApiProperty({ example: '1234567890' })
  @IsString()
  @Matches(/^\+?[0-9][0-9 ()./-]{3,30}$/, {
    message: 'phone must be a telephone number: digits, with + in front if you like',
  })
  phone: string;

  @ApiProperty({ example: 'standard' })
  @IsString()
  @MaxLength(40)
  subscription_plan: string;

  @ApiPropertyOptional({
    example: 'correct horse battery',
    description: 'password of the first administrator; without it a temporary one is made and shown once',
    minLength: 10,
  })
  @IfSent()
  @IsString()
  @MinLength(10, { message: 'admin_password must have at least 10 characters' })
  @MaxLength(200)
  admin_password?: string;
}

export class UpdateTenantDto extends PartialType(
  PickType(CreateTenantDto, ['company_name', 'subscription_plan', 'email', 'phone'] as const),
  { skipNullProperties: false },
) {}

export class SuspendTenantDto {
  @ApiPropertyOptional({ example: 'Non-payment', maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string;
}

export class ReactivateTenantDto extends SuspendTenantDto {}

export class DeleteTenantDto {
  @ApiProperty({ example: 'DELETE' })
  @IsIn(['DELETE'], { message: 'confirm must be "DELETE": the company will be deleted' })
  confirm: string;

  @ApiPropertyOptional({
    example: 'Acme Corp',
    description: 'with `?purge=true`: the name of the company, typed in full',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  company_name?: string;
}

export class DeleteTenantQuery {
  @ApiPropertyOptional({ description: '`true`: at once and for good, without the grace period' })
  @IsOptional()
  @IsIn(['true', 'false'])
  purge?: string;
}

export class ListTenantsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: TENANT_STATUSES })
  @IsOptional()
  @IsIn(TENANT_STATUSES, { message: `status must be one of ${TENANT_STATUSES.join(', ')}` })
  status?: Tenant['status'];

  @ApiPropertyOptional({ example: 'standard' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  plan?: string;

  @ApiPropertyOptional({ description: '`false`: only those that share the database server’s user' })
  @IsOptional()
  @IsIn(['true', 'false'])
  separate_db_user?: 'true' | 'false';
}

export class TenantDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty({ example: 'Acme Corp' }) company_name: string;
  @ApiProperty({ example: 'acme' }) subdomain: string;
  @ApiProperty({ example: 'admin@acme.com' }) email: string;
  @ApiProperty({ example: '1234567890' }) phone: string;
  @ApiProperty({ example: 'standard' }) subscription_plan: string;
  @ApiProperty({ enum: TENANT_STATUSES }) status: string;
  @ApiProperty({ example: 'finvera_acme_1702459200000' }) db_name: string;
  @ApiProperty({ example: '127.0.0.1' }) db_host: string;
  @ApiProperty() db_provisioned: boolean;
  @ApiProperty({ description: 'whether it has a database user of its own' }) separate_db_user: boolean;
  @ApiProperty({ nullable: true, type: String, description: 'since when that user has its password' })
  db_credentials_at: string | null;
  @ApiProperty({ nullable: true, type: String, example: '1795478400000' }) schema_version: string | null;
  @ApiProperty({ example: 4.5 }) storage_used_mb: number;
  @ApiProperty({ example: 1024 }) storage_limit_mb: number;
  @ApiProperty({ enum: STORAGE_LEVELS, description: '`near_limit`: 80 % and more; `full`: 100 % and more' })
  storage_level: string;
  @ApiProperty({ nullable: true, type: String }) suspended_reason: string | null;
  @ApiProperty({
    nullable: true,
    type: String,
    description: 'why it may only be read at the moment; null: it may be written',
  })
  read_only_reason: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'the backup that it was made from' })
  copy_of_backup: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'of a deleted company: when its database goes' })
  delete_after: string | null;
  @ApiProperty({ nullable: true, type: MaintenanceDto, description: 'maintenance mode, while it lasts' })
  maintenance: MaintenanceDto | null;
  @ApiProperty() created_at: string;
  @ApiProperty() updated_at: string;
}

/** What REST clients see of a tenant: never a password, encrypted or not. */
export const toTenantDto = (tenant: Tenant): TenantDto => ({
  id: tenant.id,
  company_name: tenant.companyName,
  subdomain: tenant.subdomain,
  email: tenant.email,
  phone: tenant.phone,
  subscription_plan: tenant.subscriptionPlan,
  status: tenant.status,
  db_name: tenant.dbName,
  db_host: tenant.dbHost,
  db_provisioned: tenant.dbProvisioned,
  separate_db_user: tenant.dbUser !== null,
  db_credentials_at: tenant.dbCredentialsAt?.toISOString() ?? null,
  schema_version: tenant.schemaVersion,
  storage_used_mb: Number(tenant.storageUsedMb),
  storage_limit_mb: tenant.storageLimitMb,
  storage_level: tenant.storageLevel,
  suspended_reason: tenant.suspendedReason,
  read_only_reason: tenant.readOnlyReason,
  copy_of_backup: tenant.copyOfBackup,
  delete_after: tenant.deleteAfter?.toISOString() ?? null,
  maintenance: toMaintenanceDto(tenant.maintenance),
  created_at: tenant.createdAt.toISOString(),
  updated_at: tenant.updatedAt.toISOString(),
});

export class AdminUserDto {
  @ApiProperty({ example: 'admin@acme.com' }) email: string;
  @ApiPropertyOptional({ description: 'shown this once; must be changed at the first sign-in' })
  temporary_password?: string;
}

export class TenantStatsDto {
  @ApiProperty({ example: 4.5 }) storage_used_mb: number;
  @ApiProperty({ example: 1024 }) storage_limit_mb: number;
  @ApiProperty({ example: 0.44 }) storage_used_percent: number;
  @ApiProperty({ type: Object, example: { open: 1, idle: 1, waiting: 0 } }) connections: object;
  @ApiProperty({ type: Object, isArray: true, description: 'rows and sizes as the engine estimates them' })
  tables: object[];
  @ApiProperty() measured_at: string;
}

export class TenantHealthDto {
  @ApiProperty() database_accessible: boolean;
  @ApiProperty({ enum: ['healthy', 'busy', 'unavailable'] }) connection_pool_status: string;
  @ApiProperty({ nullable: true, type: Number, example: 45 }) last_query_time_ms: number | null;
  @ApiProperty({ example: 125 }) storage_used_mb: number;
  @ApiProperty({ example: 1024 }) storage_limit_mb: number;
}
