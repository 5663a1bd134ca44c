import { BooleanSetting, IntegerSetting } from '../config/setting-decorators.js';

/** Settings of webhooks. */
export class WebhookConfig {
  /** Whether they may go to private addresses and by plain http; false on the internet, or admins and companies could have internal services asked. */
  @BooleanSetting()
  WEBHOOK_PRIVATE_ADDRESSES: boolean = false;

  /** Milliseconds that a receiver may take to answer. */
  @IntegerSetting(100, 60_000)
  WEBHOOK_TIMEOUT_MS: number = 10_000;

  /** Tries before a delivery is given up as dead. */
  @IntegerSetting(1, 30)
  WEBHOOK_TRIES_MAX: number = 10;

  /** Milliseconds until the second try; four times as long before each further one, 12 hours at most. */
  @IntegerSetting(10, 3_600_000)
  WEBHOOK_RETRY_FIRST_MS: number = 5_000;

  /** Hours without one success after which an endpoint is disabled. */
  @IntegerSetting(1, 8_760)
  WEBHOOK_DISABLE_AFTER_HOURS: number = 120;

  /** Deliveries that one worker has under way at a time. */
  @IntegerSetting(1, 256)
  WEBHOOK_CONCURRENCY: number = 16;

  /** Days that deliveries are kept to look at; events themselves stand in the audit log. */
  @IntegerSetting(1, 3_650)
  WEBHOOK_KEEP_DAYS: number = 30;
}
