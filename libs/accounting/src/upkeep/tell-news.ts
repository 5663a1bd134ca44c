import { Injectable } from '@nestjs/common';
import { MailAlerts } from '../balance-alerts/mail-alerts.js';
import { SendDeliveries } from '../webhooks/send-deliveries.js';
import type { News } from './follow-books.js';

/** Begins to send what waits, beside whoever found it. Never waits, never fails. */
@Injectable()
export class TellNews {
  constructor(
    private readonly sendDeliveries: SendDeliveries,
    private readonly mailAlerts: MailAlerts,
  ) {}

  begin(tenantId: string, { endpoints, mails }: News): void {
    this.sendDeliveries.wake(tenantId, endpoints);
    if (mails) this.mailAlerts.wake(tenantId);
  }
}
