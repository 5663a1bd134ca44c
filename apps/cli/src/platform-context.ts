import { booksSchedules, tenantSchema } from '@finvera/accounting';
import { loadConfig, ObjectStoreConfig, ObjectStoreModule, RedisModule, WebhookConfig } from '@finvera/common';
import { MasterConfig, MasterDataModule, WebhooksModule } from '@finvera/master-data';
import { platformTenancy, ProvisioningConfig, ProvisioningModule } from '@finvera/provisioning';
import { type INestApplicationContext, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RemoteApi } from './remote/remote-api.js';
import { remotePlatform } from './remote/remote-platform.js';

@Module({})
class PlatformModule {}

/**
 * Opens the platform for a command, and closes it when the work is done: this machine's own, or, with `FINVERA_URL` and
 * `FINVERA_API_KEY`, another one through its API.
 * @param imports modules that only some commands need
 */
export async function withPlatform<T>(
  work: (platform: INestApplicationContext) => Promise<T>,
  { imports = [] }: Pick<ModuleMetadata, 'imports'> = {},
): Promise<T> {
  const remote = RemoteApi.fromEnvironment();
  if (remote) return work(remotePlatform(remote));
  const master = loadConfig(MasterConfig);
  const platform = await NestFactory.createApplicationContext(
    {
      module: PlatformModule,
      imports: [
        RedisModule.forRoot(master.REDIS_URL, master.MASTER_DB_NAME),
        ObjectStoreModule.forRoot(loadConfig(ObjectStoreConfig)),
        MasterDataModule.forRoot(master, { http: false }),
        WebhooksModule.forRoot({ config: loadConfig(WebhookConfig) }),
        platformTenancy(tenantSchema, { baseDomain: 'localhost' }),
        ProvisioningModule.forRoot({
          config: loadConfig(ProvisioningConfig),
          schema: tenantSchema,
          companySchedules: booksSchedules,
        }),
        ...imports,
      ],
    },
    { logger: ['error', 'fatal'], abortOnError: false },
  );
  try {
    return await work(platform);
  } finally {
    await platform.close();
  }
}
