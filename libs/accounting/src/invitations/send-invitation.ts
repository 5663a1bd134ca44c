import { Mailer, type MailOutcome } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { mailLink } from './mail-link.js';
import { PeopleSettings } from './people.config.js';

/** Mails an invitation that is committed. Whoever is killed before leaves one without a mail, which can be sent again. */
@Injectable()
export class SendInvitation {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly settings: CompanySettingsReader,
    private readonly people: PeopleSettings,
    private readonly mailer: Mailer,
  ) {}

  async send(
    id: string,
    { email, token, subdomain, invitedBy }: { email: string; token: string; subdomain: string; invitedBy: string },
  ): Promise<MailOutcome> {
    const { companyName } = await this.settings.get();
    const hours = Math.round(this.people.invitationValidSeconds / 3_600);
    const outcome = await this.mailer.send({
      to: email,
      subject: `You are invited to the books of ${companyName}`,
      text: [
        `${invitedBy} invites you to work in the books of ${companyName}.`,
        '',
        'Choose your name and password here:',
        mailLink(this.people.linkBase, 'accept-invitation', { subdomain, token }),
        '',
        `The link is good once, for ${hours} hours. If you don't know who this is, do nothing.`,
        '',
      ].join('\n'),
    });
    if (outcome.sent)
      await this.dataSource.query('UPDATE invitations SET mailed_at = CURRENT_TIMESTAMP(6) WHERE id = ?', [id]);
    return outcome;
  }
}
