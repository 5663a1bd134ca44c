import { IsIn, IsString, Matches } from 'class-validator';
import { ConfigError } from '../config/load-config.js';
import { IntegerSetting } from '../config/setting-decorators.js';

/** Settings of mails. */
export class MailConfig {
  /** Empty: mails are written to MAIL_FOLDER, and with NODE_ENV=production none can be sent. */
  @IsString()
  SMTP_HOST: string = '';

  @IntegerSetting(1, 65_535)
  SMTP_PORT: number = 587;

  /** starttls: encrypted after a greeting, or not at all sent; tls: from the first byte (port 465); none: a relay on this machine */
  @IsIn(['starttls', 'tls', 'none'], { message: 'SMTP_TLS must be starttls, tls or none' })
  SMTP_TLS: 'starttls' | 'tls' | 'none' = 'starttls';

  @IsString()
  SMTP_USER: string = '';

  @IsString()
  SMTP_PASSWORD: string = '';

  @Matches(/^[^\r\n<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/, {
    message: 'MAIL_FROM must be an address such as Finvera <no-reply@example.com>',
  })
  MAIL_FROM: string = 'Finvera <no-reply@localhost>';

  @IsString()
  MAIL_FOLDER: string = 'mails';

  /** Milliseconds that whoever asked for a mail waits for the server to take it. */
  @IntegerSetting(100, 60_000)
  MAIL_TIMEOUT_MS: number = 10_000;

  @IsString()
  NODE_ENV: string = 'development';
}

/** @throws ConfigError when mails would leave with addresses that are only for a development machine */
export function assertMailSettings(config: MailConfig, linkBase: string): void {
  if (config.SMTP_HOST === '') return;
  const missing = [
    ...(config.MAIL_FROM === new MailConfig().MAIL_FROM ? ['MAIL_FROM, the address that mails come from'] : []),
    ...(linkBase === '' ? ['MAIL_LINK_BASE, the address of your pages that links in mails lead to'] : []),
  ];
  if (missing.length > 0)
    throw new ConfigError(`SMTP_HOST is set; set as well:\n${missing.map((line) => `  - ${line}`).join('\n')}`);
}
