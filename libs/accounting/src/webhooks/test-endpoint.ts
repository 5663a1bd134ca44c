import { deliverOnce, ruleBroken, sendTest, type TestResultDto, WebhookConfig } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { EndpointSecrets } from './endpoint-secrets.js';
import { FindWebhooks } from './find-webhooks.js';

/** Sends a test event at once, also to a disabled endpoint, and says what came of it. */
@Injectable()
export class TestEndpoint {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly find: FindWebhooks,
    private readonly secrets: EndpointSecrets,
    private readonly config: WebhookConfig,
  ) {}

  /** @throws DomainError 404 `webhook_endpoint_not_found`, 422 `webhook_secret_missing` */
  async run(id: string): Promise<TestResultDto> {
    const { url } = await this.find.endpoint(id);
    const secrets = await this.secrets.of(this.dataSource.tenantId, id);
    if (secrets.length === 0)
      throw ruleBroken('webhook_secret_missing', 'There is no secret for this endpoint here: give it a new one.');
    return sendTest(id, (webhookId, payload) => deliverOnce({ url, secrets }, webhookId, payload, this.config));
  }
}
