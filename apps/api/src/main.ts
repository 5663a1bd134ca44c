import { AttachmentConfig, PeopleConfig } from '@finvera/accounting';
import {
  assertMailSettings,
  ConfigError,
  createLogger,
  loadConfig,
  MailConfig,
  NestLogger,
  ObjectStoreConfig,
  startTracing,
  WebhookConfig,
} from '@finvera/common';
import { MasterConfig } from '@finvera/master-data';
import { ProcessRegistry, ProvisioningConfig } from '@finvera/provisioning';
import { TenancyConfig } from '@finvera/tenancy';
import { ConfigModule } from '@nestjs/config';
import { ApiConfig } from './api.config.js';
import { createApi } from './create-api.js';

async function main(): Promise<void> {
  await ConfigModule.forRoot(); // .env into the environment, where that does not say otherwise
  const api = loadConfig(ApiConfig);
  const mail = loadConfig(MailConfig);
  const people = loadConfig(PeopleConfig);
  assertMailSettings(mail, people.MAIL_LINK_BASE);
  const settings = {
    api,
    master: loadConfig(MasterConfig),
    tenancy: loadConfig(TenancyConfig),
    provisioning: loadConfig(ProvisioningConfig),
    webhooks: loadConfig(WebhookConfig),
    mail,
    people,
    objectStore: loadConfig(ObjectStoreConfig),
    attachments: loadConfig(AttachmentConfig),
    tracing: await startTracing('finvera-api'),
  };
  const pino = createLogger({ level: api.LOG_LEVEL, file: api.LOG_FILE, service: 'api', stdout: api.LOG_STDOUT });
  const app = await createApi(settings, new NestLogger(pino));
  await app.listen(api.PORT, api.HOST);
  app.get(ProcessRegistry, { strict: false }).announceAs('api');
  pino.info({ url: await app.getUrl() }, 'listening');
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else
    process.stderr.write(
      `The API could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  process.exit(1);
});
