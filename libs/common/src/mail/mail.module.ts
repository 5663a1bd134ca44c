import { type DynamicModule, Module } from '@nestjs/common';
import { MailConfig } from './mail.config.js';
import { Mailer } from './mailer.js';

/** Gives every module the `Mailer`. Global, like configuration and logging. */
@Module({})
export class MailModule {
  static forRoot(config: MailConfig): DynamicModule {
    return {
      module: MailModule,
      global: true,
      providers: [{ provide: MailConfig, useValue: config }, Mailer],
      exports: [Mailer],
    };
  }
}
