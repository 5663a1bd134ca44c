import { Module } from '@nestjs/common';
import { BalanceWatchModule } from '../balance-alerts/balance-watch.module.js';
import { SealEditLog } from '../edit-log/seal-edit-log.js';
import { TotalsModule } from '../totals/totals.module.js';
import { WebhookEngineModule } from '../webhooks/webhook-engine.module.js';
import { BooksUpkeep } from './books-upkeep.js';
import { FollowBooks } from './follow-books.js';
import { KeepBooks } from './keep-books.js';
import { LookAfterCompany } from './look-after-company.js';
import { RebuildTotals } from './rebuild-totals.js';
import { TellNews } from './tell-news.js';

/** What the books need done beside the posting. */
@Module({
  imports: [TotalsModule, BalanceWatchModule, WebhookEngineModule],
  providers: [SealEditLog, FollowBooks, KeepBooks, BooksUpkeep, RebuildTotals, LookAfterCompany, TellNews],
  exports: [SealEditLog, KeepBooks, BooksUpkeep, RebuildTotals],
})
export class UpkeepModule {}
