import { Module } from '@nestjs/common';
import { BuildTotals } from './build-totals.js';
import { FoldEntries } from './fold-entries.js';
import { ReadTotals } from './read-totals.js';

/** Sums per ledger that stand beside the entries. */
@Module({
  providers: [ReadTotals, FoldEntries, BuildTotals],
  exports: [ReadTotals, FoldEntries, BuildTotals],
})
export class TotalsModule {}
