import { IntegerSetting } from '@finvera/common';
import { type DynamicModule, Module } from '@nestjs/common';
import { Matches } from 'class-validator';

/** Settings of how people come in. */
export class PeopleConfig {
  /** Of the pages that links in mails lead to; `{subdomain}` stands for the company's. Empty: where this API itself is on a development machine. */
  @Matches(/^$|^https?:\/\/[^\s#?]+$/, {
    message: 'MAIL_LINK_BASE must be an address such as https://{subdomain}.example.com, without ? and #',
  })
  MAIL_LINK_BASE: string = '';

  @IntegerSetting(1, 8_760)
  INVITATION_VALID_HOURS: number = 168;

  @IntegerSetting(5, 1_440)
  PASSWORD_RESET_VALID_MINUTES: number = 60;
}

/** The same, as use cases read it. */
export abstract class PeopleSettings {
  abstract readonly linkBase: string;
  abstract readonly invitationValidSeconds: number;
  abstract readonly resetValidSeconds: number;
}

/** @param ownAddress where links lead when no MAIL_LINK_BASE is set */
export const peopleSettings = (config: PeopleConfig, ownAddress: string): PeopleSettings => ({
  linkBase: config.MAIL_LINK_BASE || ownAddress,
  invitationValidSeconds: config.INVITATION_VALID_HOURS * 3_600,
  resetValidSeconds: config.PASSWORD_RESET_VALID_MINUTES * 60,
});

/** Gives the modules of accounting the `PeopleSettings`. Global, like configuration and logging. */
@Module({})
export class PeopleSettingsModule {
  static forRoot(settings: PeopleSettings): DynamicModule {
    return {
      module: PeopleSettingsModule,
      global: true,
      providers: [{ provide: PeopleSettings, useValue: settings }],
      exports: [PeopleSettings],
    };
  }
}
