import { Module } from '@nestjs/common';
import { SealEditLog } from '../edit-log/seal-edit-log.js';
import { TotalsModule } from '../totals/totals.module.js';
import { BooksUpkeep } from './books-upkeep.js';
import { KeepBooks } from './keep-books.js';

/** What the books need done beside the posting. */
@Module({
  imports: [TotalsModule],
  providers: [SealEditLog, KeepBooks, BooksUpkeep],
  exports: [KeepBooks, BooksUpkeep],
})
export class UpkeepModule {}
