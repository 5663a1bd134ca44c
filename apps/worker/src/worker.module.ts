import {
  type AttachmentConfig,
  AttachmentsModule,
  BooksImportModule,
  booksSchedules,
  tenantSchema,
  VoucherTemplatesModule,
} from '@finvera/accounting';
import {
  type MailConfig,
  MailModule,
  Metrics,
  MetricsServer,
  type ObjectStoreConfig,
  ObjectStoreModule,
  RedisModule,
  type Tracing,
  type WebhookConfig,
} from '@finvera/common';
import { MasterDataModule, type MasterConfig, WebhooksModule } from '@finvera/master-data';
import { platformTenancy, type ProvisioningConfig, ProvisioningModule } from '@finvera/provisioning';
import { limitsOf, type TenancyConfig } from '@finvera/tenancy';
import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { ScheduleModule } from '@nestjs/schedule';
import { ScheduleClock } from './schedule-clock.js';
import type { WorkerConfig } from './worker.config.js';

export interface WorkerSettings {
  worker: WorkerConfig;
  master: MasterConfig;
  tenancy: TenancyConfig;
  provisioning: ProvisioningConfig;
  webhooks: WebhookConfig;
  mail: MailConfig;
  /** Absent: nothing is traced. */
  tracing?: Tracing;
  objectStore: ObjectStoreConfig;
  attachments: AttachmentConfig;
}

/** The background process: works on operations and runs schedules. */
@Module({})
export class WorkerModule {
  static forRoot({
    worker,
    master,
    tenancy,
    provisioning,
    webhooks,
    mail,
    tracing,
    objectStore,
    attachments,
  }: WorkerSettings): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          load: [() => ({ worker, master, tenancy, provisioning })],
        }),
        ScheduleModule.forRoot(),
        RedisModule.forRoot(master.REDIS_URL, master.MASTER_DB_NAME),
        ObjectStoreModule.forRoot(objectStore),
        MailModule.forRoot(mail),
        MasterDataModule.forRoot(master, { http: false }),
        WebhooksModule.forRoot({ config: webhooks, worker: true }),
        platformTenancy(tenantSchema, {
          baseDomain: worker.BASE_DOMAIN,
          limits: limitsOf(tenancy),
          slowQueryMs: tenancy.SLOW_QUERY_MS,
          tracing,
        }),
        VoucherTemplatesModule,
        BooksImportModule,
        AttachmentsModule.forRoot(attachments),
        ProvisioningModule.forRoot({
          config: provisioning,
          schema: tenantSchema,
          companySchedules: booksSchedules,
          worker: true,
        }),
      ],
      providers: [
        ScheduleClock,
        {
          provide: MetricsServer,
          inject: [Metrics],
          useFactory: (metrics: Metrics) => new MetricsServer(metrics, worker.WORKER_METRICS_PORT),
        },
      ],
    };
  }
}
