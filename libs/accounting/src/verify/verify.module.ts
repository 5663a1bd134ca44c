import { Module } from '@nestjs/common';
import { UpkeepModule } from '../upkeep/upkeep.module.js';
import { VerifyBooks } from './verify-books.js';
import { VerifyController } from './verify.controller.js';

/** Looking through the books, and keeping them: without the rest of accounting for the command line. */
@Module({
  imports: [UpkeepModule],
  controllers: [VerifyController],
  providers: [VerifyBooks],
  exports: [VerifyBooks, UpkeepModule],
})
export class VerifyModule {}
