import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { ReportsModule } from '../reports/reports.module.js';
import { ExportJournal } from './export-journal.js';
import { JournalExportController } from './journal-export.controller.js';

@Module({
  imports: [CompanyModule, ReportsModule],
  controllers: [JournalExportController],
  providers: [ExportJournal],
})
export class JournalExportModule {}
