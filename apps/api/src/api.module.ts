import {
  AccountingModule,
  type AttachmentConfig,
  booksSchedules,
  type PeopleConfig,
  peopleSettings,
  tenantSchema,
} from '@finvera/accounting';
import {
  AuthModule,
  type MailConfig,
  MailModule,
  type ObjectStoreConfig,
  ObjectStoreModule,
  RedisModule,
  SignInLimiterModule,
  type Tracing,
  type WebhookConfig,
} from '@finvera/common';
import { jwtSecretsOf, MasterDataModule, type MasterConfig, WebhooksModule } from '@finvera/master-data';
import { platformTenancy, type ProvisioningConfig, ProvisioningModule } from '@finvera/provisioning';
import { limitsOf, RequestLimitsModule, requestLimitsOf, type TenancyConfig } from '@finvera/tenancy';
import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { ScheduleModule } from '@nestjs/schedule';
import type { ApiConfig } from './api.config.js';
import { CompanyGate } from './front-door/company-gate.js';
import { CompanyKeys } from './front-door/company-keys.js';
import { FrontDoor } from './front-door/front-door.js';
import { PlatformDoor } from './front-door/platform-door.js';
import { HealthController } from './health/health.controller.js';
import { IdleTenants } from './idle-tenants.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { RequestMetrics } from './metrics/request-metrics.js';

export interface ApiSettings {
  api: ApiConfig;
  master: MasterConfig;
  tenancy: TenancyConfig;
  provisioning: ProvisioningConfig;
  webhooks: WebhookConfig;
  mail: MailConfig;
  people: PeopleConfig;
  /** Absent: nothing is traced. */
  tracing?: Tracing;
  objectStore: ObjectStoreConfig;
  attachments: AttachmentConfig;
}

/** The HTTP process: wires the libs; no business rule lives here. */
@Module({})
export class ApiModule {
  static forRoot({
    api,
    master,
    tenancy,
    provisioning,
    webhooks,
    mail,
    people,
    tracing,
    objectStore,
    attachments,
  }: ApiSettings): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          load: [() => ({ api, master, tenancy, provisioning })],
        }),
        ScheduleModule.forRoot(),
        RedisModule.forRoot(master.REDIS_URL, master.MASTER_DB_NAME),
        ObjectStoreModule.forRoot(objectStore),
        SignInLimiterModule.forRoot(),
        MailModule.forRoot(mail),
        RequestLimitsModule.forRoot(requestLimitsOf(tenancy)),
        AuthModule.forRoot({ jwtSecrets: jwtSecretsOf(master), tokenLifetimeSeconds: master.TOKEN_LIFETIME_SECONDS }),
        MasterDataModule.forRoot(master),
        WebhooksModule.forRoot({ config: webhooks, http: true }),
        platformTenancy(tenantSchema, {
          baseDomain: api.BASE_DOMAIN,
          limits: limitsOf(tenancy),
          slowQueryMs: tenancy.SLOW_QUERY_MS,
          tracing,
        }),
        ProvisioningModule.forRoot({
          config: provisioning,
          schema: tenantSchema,
          companySchedules: booksSchedules,
          http: true,
        }),
        AccountingModule.forRoot({
          attachments,
          people: peopleSettings(people, `http://{subdomain}.${api.BASE_DOMAIN}:${api.PORT}`),
        }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [FrontDoor, PlatformDoor, CompanyKeys, CompanyGate, IdleTenants, RequestMetrics],
    };
  }
}
