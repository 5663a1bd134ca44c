import { Module } from '@nestjs/common';
import { SealEditLog } from '../edit-log/seal-edit-log.js';
import { TotalsModule } from '../totals/totals.module.js';
import { BooksUpkeep } from './books-upkeep.js';
import { KeepBooks } from './keep-books.js';
import { RebuildTotals } from './rebuild-totals.js';

/** What the books need done beside the posting. */
@Module({
  imports: [TotalsModule],
  providers: [SealEditLog, KeepBooks, BooksUpkeep, RebuildTotals],
  exports: [KeepBooks, BooksUpkeep, RebuildTotals],
})
export class UpkeepModule {}
