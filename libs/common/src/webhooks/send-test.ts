import { newUuid } from '../ids/ids.js';
import { isSuccess } from './deliver-once.js';
import type { SendResult } from './send-webhook.js';
import type { TestResultDto } from './webhook.dto.js';

/** Sends a test event, and says what came of it. */
export async function sendTest(
  endpointId: string,
  send: (webhookId: string, payload: object) => Promise<SendResult>,
): Promise<TestResultDto> {
  const started = performance.now();
  const result = await send(`evt_test_${newUuid()}`, {
    type: 'webhook_endpoint.test',
    timestamp: new Date().toISOString(),
    data: { object: { type: 'webhook_endpoint', id: endpointId } },
  });
  return {
    delivered: isSuccess(result),
    status: result.status ?? null,
    error: result.error ?? null,
    duration_ms: Math.round(performance.now() - started),
  };
}
