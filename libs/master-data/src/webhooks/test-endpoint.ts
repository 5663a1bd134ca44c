import { sendTest, type TestResultDto } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { DeliverWebhooks } from './deliver-webhooks.js';
import { FindWebhooks } from './find-webhooks.js';

/** Sends a test event at once, also to a disabled endpoint, and says what came of it. */
@Injectable()
export class TestEndpoint {
  constructor(
    private readonly find: FindWebhooks,
    private readonly webhooks: DeliverWebhooks,
  ) {}

  /** @throws DomainError 404 `webhook_endpoint_not_found` */
  async run(id: string): Promise<TestResultDto> {
    const endpoint = await this.find.endpoint(id);
    return sendTest(id, (webhookId, payload) => this.webhooks.send(endpoint, webhookId, payload));
  }
}
