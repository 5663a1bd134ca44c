import { Module } from '@nestjs/common';
import { BuildTotals } from './build-totals.js';
import { FoldEntries } from './fold-entries.js';

/** Sums per ledger that stand beside the entries. */
@Module({
  providers: [FoldEntries, BuildTotals],
  exports: [FoldEntries, BuildTotals],
})
export class TotalsModule {}
