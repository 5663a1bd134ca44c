import { Injectable, Logger } from '@nestjs/common';
import { NoteDeliveries } from '../webhooks/note-deliveries.js';

/** Who waits for news of the books. What fails is taken up by the next look, and keeps nothing else from being done. */
@Injectable()
export class FollowBooks {
  private readonly logger = new Logger(FollowBooks.name);

  constructor(private readonly noteDeliveries: NoteDeliveries) {}

  /** After the edit log was sealed. @returns webhook endpoints that deliveries wait for */
  async run(): Promise<string[]> {
    try {
      return await this.noteDeliveries.run();
    } catch (error) {
      this.logger.warn({ msg: 'deliveries of webhooks were not noted', err: error });
      return [];
    }
  }
}
