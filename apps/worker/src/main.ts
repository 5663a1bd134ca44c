import { AttachmentConfig } from '@finvera/accounting';
import {
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
import { NestFactory } from '@nestjs/core';
import { WorkerConfig } from './worker.config.js';
import { WorkerModule } from './worker.module.js';

async function main(): Promise<void> {
  await ConfigModule.forRoot(); // .env into the environment, where that does not say otherwise
  const worker = loadConfig(WorkerConfig);
  const settings = {
    worker,
    master: loadConfig(MasterConfig),
    tenancy: loadConfig(TenancyConfig),
    provisioning: loadConfig(ProvisioningConfig),
    webhooks: loadConfig(WebhookConfig),
    objectStore: loadConfig(ObjectStoreConfig),
    attachments: loadConfig(AttachmentConfig),
    mail: loadConfig(MailConfig),
    tracing: await startTracing('finvera-worker'),
  };
  const pino = createLogger({
    level: worker.LOG_LEVEL,
    file: worker.WORKER_LOG_FILE,
    service: 'worker',
    stdout: worker.LOG_STDOUT,
  });
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(settings), {
    logger: new NestLogger(pino),
    abortOnError: false,
  });
  app.enableShutdownHooks();
  app.get(ProcessRegistry, { strict: false }).announceAs('worker');
  pino.info('working');
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else
    process.stderr.write(
      `The worker could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  process.exit(1);
});
