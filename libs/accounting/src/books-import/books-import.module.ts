import { Module } from '@nestjs/common';
import { ChartModule } from '../chart/chart.module.js';
import { CompanyModule } from '../company/company.module.js';
import { CostCentresModule } from '../cost-centres/cost-centres.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { BookImportsController } from './book-imports.controller.js';
import { ImportRunner } from './import-runner.js';
import { ImportSteps } from './import-steps.js';
import { MakeMasters } from './make-masters.js';
import { ReadImports } from './read-imports.js';
import { ReconcileImport } from './reconcile-import.js';
import { RemoveForgotten } from './remove-forgotten.js';
import { RunImport } from './run-import.js';
import { StageImport } from './stage-import.js';
import { StartImport } from './start-import.js';
import { UndoImport } from './undo-import.js';

/** Books of other programs. */
@Module({
  imports: [CompanyModule, ChartModule, CostCentresModule, VouchersModule],
  controllers: [BookImportsController],
  providers: [
    StageImport,
    StartImport,
    ReadImports,
    ReconcileImport,
    ImportRunner,
    ImportSteps,
    RunImport,
    UndoImport,
    MakeMasters,
    RemoveForgotten,
  ],
})
export class BooksImportModule {}
