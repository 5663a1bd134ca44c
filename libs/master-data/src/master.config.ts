import { BooleanSetting, ENCRYPTION_KEY_MIN_LENGTH, IntegerSetting } from '@finvera/common';
import { IsEmail, IsOptional, IsString, Matches, MinLength, ValidateIf } from 'class-validator';

const KEY_HELP = `ENCRYPTION_KEY must be set to at least ${ENCRYPTION_KEY_MIN_LENGTH} characters and kept: it encrypts the tenants' database passwords. Make one with: openssl rand -hex 32`;

/** Settings of the master database and of what is kept secret in it. */
export class MasterConfig {
  @IsString({ message: 'MASTER_DB_HOST must name the host of the master database' })
  MASTER_DB_HOST: string = '127.0.0.1';

  @IntegerSetting(1, 65_535)
  MASTER_DB_PORT: number = 3306;

  @IsString()
  MASTER_DB_USER: string = 'root';

  @IsString()
  MASTER_DB_PASSWORD: string = '';

  @Matches(/^[A-Za-z0-9_]{1,64}$/, { message: 'MASTER_DB_NAME must be letters, digits and underscores' })
  MASTER_DB_NAME: string = 'finvera_master';

  @IntegerSetting(1, 1000)
  MASTER_DB_POOL_MAX: number = 10;

  /** Milliseconds that one statement at the master database may take. */
  @IntegerSetting(100, 3_600_000)
  MASTER_DB_STATEMENT_TIMEOUT_MS: number = 15_000;

  @IsString({ message: KEY_HELP })
  @MinLength(ENCRYPTION_KEY_MIN_LENGTH, { message: KEY_HELP })
  ENCRYPTION_KEY: string;

  /** The key that is to come: values written with it can be read already, nothing is written with it yet. */
  @ValidateIf((_, value) => value !== '')
  @MinLength(ENCRYPTION_KEY_MIN_LENGTH, {
    message: `ENCRYPTION_KEY_NEXT must have at least ${ENCRYPTION_KEY_MIN_LENGTH} characters, or be left away`,
  })
  ENCRYPTION_KEY_NEXT: string = '';

  /** Former keys, separated by commas: values written with them can still be read. */
  @Matches(/^([^,]{32,}(,|$))*$/, {
    message: `ENCRYPTION_KEYS_PREVIOUS must be keys of at least ${ENCRYPTION_KEY_MIN_LENGTH} characters, separated by commas, or be left away`,
  })
  ENCRYPTION_KEYS_PREVIOUS: string = '';

  @IsOptional()
  @MinLength(32, { message: 'JWT_SECRET must have at least 32 characters, or be left away' })
  JWT_SECRET?: string;

  @IntegerSetting(60, 604_800)
  TOKEN_LIFETIME_SECONDS: number = 43_200;

  @IsString()
  REDIS_URL: string = 'redis://127.0.0.1:6379';

  @IsOptional()
  @IsEmail({ require_tld: false }, { message: 'ADMIN_EMAIL must be an e-mail address' })
  ADMIN_EMAIL?: string;

  @IsOptional()
  @MinLength(10, { message: 'ADMIN_PASSWORD must have at least 10 characters' })
  ADMIN_PASSWORD?: string;

  /** Years that entries of the audit log are kept; 0: for ever. */
  @IntegerSetting(0, 100)
  AUDIT_KEEP_YEARS: number = 8;

  @BooleanSetting()
  USE_SEPARATE_DB_USERS: boolean = false;
}
