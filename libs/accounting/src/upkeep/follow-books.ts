import { Injectable, Logger } from '@nestjs/common';
import { AlertMailStore } from '../balance-alerts/alert-mail-store.js';
import { RaiseAlerts } from '../balance-alerts/raise-alerts.js';
import { SealEditLog } from '../edit-log/seal-edit-log.js';
import { NoteDeliveries } from '../webhooks/note-deliveries.js';

/** What waits to be sent. */
export interface News {
  /** webhook endpoints that deliveries wait for */
  endpoints: string[];
  /** mails of alerts are due */
  mails: boolean;
}

/** Who waits for news of the books. What fails is taken up by the next look, and keeps nothing else from being done. */
@Injectable()
export class FollowBooks {
  private readonly logger = new Logger(FollowBooks.name);

  constructor(
    private readonly raiseAlerts: RaiseAlerts,
    private readonly alertMails: AlertMailStore,
    private readonly sealEditLog: SealEditLog,
    private readonly noteDeliveries: NoteDeliveries,
  ) {}

  /** After the edit log was sealed. */
  async run(): Promise<News> {
    const mails = await this.attempt('balances were not looked at', false, async () => {
      if ((await this.raiseAlerts.run()) > 0) while (await this.sealEditLog.seal());
      return this.alertMails.isDue();
    });
    const endpoints = await this.attempt('deliveries of webhooks were not noted', [], () => this.noteDeliveries.run());
    return { endpoints, mails };
  }

  private async attempt<T>(failed: string, otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.logger.warn({ msg: failed, err: error });
      return otherwise;
    }
  }
}
