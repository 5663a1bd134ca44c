import { Module } from '@nestjs/common';
import { ReportsModule } from '../reports/reports.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { ExportTally } from './export-tally.js';
import { TallyExportController } from './tally-export.controller.js';

@Module({
  imports: [ReportsModule, VouchersModule],
  controllers: [TallyExportController],
  providers: [ExportTally],
})
export class TallyExportModule {}
