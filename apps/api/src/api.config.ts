import { BooleanSetting, IntegerSetting } from '@finvera/common';
import { isNetwork } from '@finvera/tenancy';
import { IsIn, IsString, Matches, registerDecorator } from 'class-validator';

/** What Fastify calls networks by name (proxy-addr). */
const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

export const listOf = (setting: string): string[] =>
  setting === '' ? [] : setting.split(',').map((item) => item.trim());

function NetworksSetting(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'networks',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value: unknown) =>
          listOf(String(value)).every((item) => NAMED_NETWORKS.includes(item) || isNetwork(item)),
        defaultMessage: () =>
          `$property must be addresses or networks such as 10.0.0.7 or 10.1.0.0/16, or ${NAMED_NETWORKS.join(', ')}, separated by commas`,
      },
    });
}

/** Settings of the HTTP process. */
export class ApiConfig {
  @IntegerSetting(0, 65_535)
  PORT: number = 3000;

  @IsString()
  HOST: string = 'localhost';

  /** Tenants are found under `<subdomain>.<BASE_DOMAIN>`. */
  @Matches(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, {
    message: 'BASE_DOMAIN must be a domain name in lower case, such as finvera.com',
  })
  BASE_DOMAIN: string = 'localhost';

  /** Addresses of reverse proxies whose X-Forwarded-* headers count, separated by commas; empty: none. */
  @NetworksSetting()
  TRUSTED_PROXIES: string = '';

  /** Bytes of a request body; bulk posting takes ten times as much. */
  @IntegerSetting(1_024, 104_857_600)
  BODY_LIMIT_BYTES: number = 1_048_576;

  /** Bytes of a file of books that is imported. */
  @IntegerSetting(1_024, 536_870_912)
  IMPORT_LIMIT_BYTES: number = 52_428_800;

  /** Token for GET /metrics from elsewhere than this machine; empty: this machine alone. */
  @IsString()
  METRICS_TOKEN: string = '';

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  LOG_LEVEL: string = 'info';

  @IsString()
  LOG_FILE: string = 'logs/app.log';

  /** Whether the log goes to stdout as well as to its file. */
  @BooleanSetting()
  LOG_STDOUT: boolean = true;
}
