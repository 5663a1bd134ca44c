import { newUuid } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { DeliverWebhooks, isSuccess } from './deliver-webhooks.js';
import { FindWebhooks } from './find-webhooks.js';
import type { TestResultDto } from './webhook-endpoint.dto.js';

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
    const started = performance.now();
    const payload = {
      type: 'webhook_endpoint.test',
      timestamp: new Date().toISOString(),
      data: { object: { type: 'webhook_endpoint', id } },
    };
    const result = await this.webhooks.send(endpoint, `evt_test_${newUuid()}`, payload);
    return {
      delivered: isSuccess(result),
      status: result.status ?? null,
      error: result.error ?? null,
      duration_ms: Math.round(performance.now() - started),
    };
  }
}
