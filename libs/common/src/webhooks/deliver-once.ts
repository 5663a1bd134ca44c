import { pauseAfter } from './backoff.js';
import { type SendResult, sendWebhook } from './send-webhook.js';
import { webhookHeaders } from './sign-webhook.js';
import type { WebhookConfig } from './webhook.config.js';

/** Beyond the time that a receiver may take: after so long a claimed delivery counts as left behind by a dead process. */
const LEASE_MARGIN_MS = 2_000;

/** How a try came out. */
export interface Attempt {
  status?: number;
  error?: string;
}

/** Sends one event once, signed with each secret. Never throws: whatever comes of it is a result. */
export function deliverOnce(
  { url, secrets }: { url: string; secrets: readonly string[] },
  webhookId: string,
  payload: object,
  config: WebhookConfig,
): Promise<SendResult> {
  const body = JSON.stringify(payload);
  return sendWebhook(url, webhookHeaders(webhookId, Date.now(), body, secrets), body, {
    timeoutMs: config.WEBHOOK_TIMEOUT_MS,
    allowPrivate: config.WEBHOOK_PRIVATE_ADDRESSES,
  });
}

export const isSuccess = ({ status }: SendResult): boolean => status !== undefined && status >= 200 && status < 300;

/** What to say of a try that failed. */
export const explainedAttempt = ({ status, error }: SendResult): Attempt => ({
  status,
  error:
    error ??
    (status && status >= 300 && status < 400 ? `answered ${status}; redirects are not followed` : `answered ${status}`),
});

/**
 * Milliseconds until a delivery that failed is tried again; null: it is given up.
 * @param attempts how many tries there were, this one included
 */
export function pauseOrEnd(attempts: number, { retryAfterMs = 0 }: SendResult, config: WebhookConfig): number | null {
  if (attempts >= config.WEBHOOK_TRIES_MAX) return null;
  return Math.max(pauseAfter(attempts, config.WEBHOOK_RETRY_FIRST_MS), retryAfterMs);
}

/** How long whoever sends a delivery has it to themselves, in milliseconds. */
export const leaseOf = ({ WEBHOOK_TIMEOUT_MS }: WebhookConfig): number => WEBHOOK_TIMEOUT_MS + LEASE_MARGIN_MS;

/** How long a secret that was replaced signs beside the new one, in hours. */
export const FORMER_SECRET_HOURS = 24;

/** Whether one of the patterns (`*`, `voucher.*`, `voucher.posted`) names the event. */
export const isWanted = (patterns: readonly string[], type: string): boolean =>
  patterns.some((wanted) => wanted === '*' || wanted === type || wanted === `${type.split('.')[0]}.*`);

/** The same for every endpoint, and again when the event is derived anew. @param hash of the log's row, hexadecimal */
export const webhookIdOf = (hash: string): string => `evt_${hash.slice(0, 40)}`;
