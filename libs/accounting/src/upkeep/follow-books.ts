import { Injectable, Logger } from '@nestjs/common';
import { RaiseAlerts } from '../balance-alerts/raise-alerts.js';
import { SealEditLog } from '../edit-log/seal-edit-log.js';
import { NoteDeliveries } from '../webhooks/note-deliveries.js';

/** Who waits for news of the books. What fails is taken up by the next look, and keeps nothing else from being done. */
@Injectable()
export class FollowBooks {
  private readonly logger = new Logger(FollowBooks.name);

  constructor(
    private readonly raiseAlerts: RaiseAlerts,
    private readonly sealEditLog: SealEditLog,
    private readonly noteDeliveries: NoteDeliveries,
  ) {}

  /** After the edit log was sealed. @returns webhook endpoints that deliveries wait for */
  async run(): Promise<string[]> {
    try {
      if ((await this.raiseAlerts.run()) > 0) while (await this.sealEditLog.seal());
    } catch (error) {
      this.logger.warn({ msg: 'balances were not looked at', err: error });
    }
    try {
      return await this.noteDeliveries.run();
    } catch (error) {
      this.logger.warn({ msg: 'deliveries of webhooks were not noted', err: error });
      return [];
    }
  }
}
