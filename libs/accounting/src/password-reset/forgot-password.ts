import { type Actor, Mailer } from '@finvera/common';
import { InjectTenantDataSource, InjectTenantRepository, TenantDataSource } from '@finvera/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Repository } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { mailLink, makeMailToken } from '../invitations/mail-link.js';
import { PeopleSettings } from '../invitations/people.config.js';
import { accountOf } from '../users/account-of.js';
import { User } from '../users/user.entity.js';
import { ResetLimiter } from './reset-limiter.js';
import { keepReset } from './reset-store.js';

/** Every answer takes at least so long, so that its time does not tell which addresses exist. */
const ANSWER_MS = 400;

/** Mails a link that sets a new password. */
@Injectable()
export class ForgotPassword {
  private readonly logger = new Logger(ForgotPassword.name);

  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    @InjectTenantRepository(User) private readonly users: Repository<User>,
    private readonly settings: CompanySettingsReader,
    private readonly people: PeopleSettings,
    private readonly limiter: ResetLimiter,
    private readonly mailer: Mailer,
  ) {}

  /**
   * Answers the same whether there is such a user. The mail leaves beside the answer: whoever gets none asks again.
   * @throws DomainError 429 `too_many_reset_requests`; 503 `mail_not_configured`
   */
  async ask(email: string, { actor, subdomain }: { actor: Actor; subdomain: string }): Promise<void> {
    this.mailer.assertReady();
    await this.limiter.take(accountOf(this.dataSource.tenantId, email), actor.ip ?? '');
    const [prepared] = await Promise.all([this.prepare(email.toLowerCase(), subdomain), sleep(ANSWER_MS)]);
    if (!prepared) return;
    this.mailer
      .send(prepared)
      .catch((error: unknown) => this.logger.warn({ msg: 'a mail against a forgotten password failed', err: error }));
  }

  private async prepare(email: string, subdomain: string) {
    const [found, { companyName }] = await Promise.all([this.users.findOneBy({ email }), this.settings.get()]);
    if (!found?.isActive || found.email.toLowerCase() !== email) return undefined;
    const { token, hash } = makeMailToken();
    const seconds = this.people.resetValidSeconds;
    await keepReset(this.dataSource, { userId: found.id, hash, seconds });
    return {
      to: found.email,
      subject: `A new password for the books of ${companyName}`,
      text: [
        `Somebody asked for a new password for ${found.email} in the books of ${companyName}.`,
        '',
        'Choose it here:',
        mailLink(this.people.linkBase, 'reset-password', { subdomain, token }),
        '',
        `The link is good once, for ${Math.round(seconds / 60)} minutes. If it was not you, do nothing: your password stays as it is.`,
        '',
      ].join('\n'),
    };
  }
}
