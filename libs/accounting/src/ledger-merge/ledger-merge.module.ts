import { Module } from '@nestjs/common';
import { ChartModule } from '../chart/chart.module.js';
import { CompanyModule } from '../company/company.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { LedgerMergesController } from './ledger-merges.controller.js';
import { MergeLedgers } from './merge-ledgers.js';
import { ReadLedgerMerges } from './read-ledger-merges.js';
import { UndoLedgerMerge } from './undo-ledger-merge.js';

@Module({
  imports: [CompanyModule, ChartModule, VouchersModule],
  controllers: [LedgerMergesController],
  providers: [MergeLedgers, UndoLedgerMerge, ReadLedgerMerges],
})
export class LedgerMergeModule {}
