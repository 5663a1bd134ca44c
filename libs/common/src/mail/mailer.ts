import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createTransport } from 'nodemailer';
import pLimit from 'p-limit';
import { DomainError } from '../errors/domain-error.js';
import { withinDeadline } from '../time/deadline.js';
import { MailConfig } from './mail.config.js';

/** Connections to the mail server at a time; mails that wait for one. */
const SENDING_MAX = 8;
const WAITING_MAX = 100;
/** Mails that the folder keeps; the oldest go first. */
const FOLDER_MAX = 1_000;

export interface Mail {
  /** one address */
  to: string;
  subject: string;
  text: string;
}

/** What became of a mail. */
export interface MailOutcome {
  /** the mail server took it, or it was written to the folder */
  sent: boolean;
  via: 'smtp' | 'folder';
  /** a sentence for people, when it was not */
  problem?: string;
}

/** Sends mails: through SMTP, or, where none is set and it is no production, as files into a folder. */
@Injectable()
export class Mailer implements OnModuleInit {
  private readonly logger = new Logger('Mail');
  private readonly limit = pLimit(SENDING_MAX);
  private readonly deliver: ((mail: Mail) => Promise<unknown>) | null;

  constructor(private readonly config: MailConfig) {
    if (config.SMTP_HOST !== '') this.deliver = smtp(config);
    else this.deliver = config.NODE_ENV === 'production' ? null : (mail) => this.write(mail);
  }

  onModuleInit(): void {
    const { SMTP_HOST, MAIL_FOLDER } = this.config;
    if (SMTP_HOST !== '') this.logger.log({ msg: `mails go through ${SMTP_HOST}` });
    else if (this.deliver)
      this.logger.warn({ msg: `SMTP_HOST is not set: mails are written to ${resolve(MAIL_FOLDER)}, none is sent` });
    else this.logger.warn({ msg: 'SMTP_HOST is not set: what needs a mail is refused' });
  }

  /** @throws DomainError 503 `mail_not_configured` where no mail can be sent at all */
  assertReady(): void {
    if (!this.deliver)
      throw new DomainError(
        'mail_not_configured',
        503,
        'No mail can be sent here: whoever runs the platform must set SMTP_HOST.',
      );
  }

  /**
   * Waits for the mail server no longer than MAIL_TIMEOUT_MS. A mail that it took too long over may still arrive.
   * @throws DomainError 503 `mail_not_configured`
   */
  async send(mail: Mail): Promise<MailOutcome> {
    this.assertReady();
    const via = this.config.SMTP_HOST === '' ? 'folder' : 'smtp';
    if (this.limit.pendingCount >= WAITING_MAX) return { sent: false, via, problem: 'Too many mails wait; try again.' };
    let late = false;
    const work = this.limit(() => (late ? undefined : this.deliver!(mail)));
    try {
      const { MAIL_TIMEOUT_MS } = this.config;
      await withinDeadline(work, MAIL_TIMEOUT_MS, () => new Error(`not taken within ${MAIL_TIMEOUT_MS} ms`));
      return { sent: true, via };
    } catch (error) {
      late = true;
      work.catch(() => undefined); // it is too late for what becomes of it
      this.logger.warn({ msg: 'a mail was not sent', err: error });
      return { sent: false, via, problem: 'The mail was not sent: the mail server did not take it. Try again later.' };
    }
  }

  private async write(mail: Mail): Promise<void> {
    const folder = resolve(this.config.MAIL_FOLDER);
    const { message } = await createTransport({ streamTransport: true, buffer: true }).sendMail(
      envelope(this.config, mail),
    );
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${Date.now()}-${randomUUID()}.eml`);
    await writeFile(`${file}.part`, message as Buffer, { mode: 0o600 });
    await rename(`${file}.part`, file); // whoever looks finds whole ones
    this.logger.log({ msg: `mail written to ${file}` });
    const files = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort();
    for (const name of files.slice(0, -FOLDER_MAX)) await rm(join(folder, name), { force: true });
  }
}

const envelope = ({ MAIL_FROM }: MailConfig, { to, subject, text }: Mail) => ({
  from: MAIL_FROM,
  to: { name: '', address: to }, // not parsed as a list of addresses
  subject,
  text,
  headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834
});

/** A connection for each mail: there are few, and none is left open behind a deadline. */
function smtp(config: MailConfig) {
  const { SMTP_HOST, SMTP_PORT, SMTP_TLS, SMTP_USER, SMTP_PASSWORD, MAIL_TIMEOUT_MS } = config;
  const transport = createTransport({
    host: SMTP_HOST,
    port: SMTP_PORT,
    secure: SMTP_TLS === 'tls',
    requireTLS: SMTP_TLS === 'starttls',
    ignoreTLS: SMTP_TLS === 'none',
    ...(SMTP_USER !== '' && { auth: { user: SMTP_USER, pass: SMTP_PASSWORD } }),
    connectionTimeout: MAIL_TIMEOUT_MS,
    greetingTimeout: MAIL_TIMEOUT_MS,
    socketTimeout: MAIL_TIMEOUT_MS,
    dnsTimeout: MAIL_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return (mail: Mail) => transport.sendMail(envelope(config, mail));
}
