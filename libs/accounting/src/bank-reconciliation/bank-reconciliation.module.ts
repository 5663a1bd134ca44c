import { TenancyModule } from '@finvera/tenancy';
import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { RecordsModule } from '../records/records.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { BankLinesController } from './bank-lines.controller.js';
import { BankRule } from './bank-rule.entity.js';
import { BankRulesController } from './bank-rules.controller.js';
import { BankStatementsController } from './bank-statements.controller.js';
import { FindProposals } from './find-proposals.js';
import { ImportStatement } from './import-statement.js';
import { MatchLines } from './match-lines.js';
import { ReadStatements } from './read-statements.js';
import { Reconcile } from './reconcile.js';
import { VoucherOfLine } from './voucher-of-line.js';

@Module({
  imports: [TenancyModule.forFeature([BankRule]), CompanyModule, RecordsModule, VouchersModule],
  controllers: [BankStatementsController, BankLinesController, BankRulesController],
  providers: [ImportStatement, ReadStatements, FindProposals, MatchLines, VoucherOfLine, Reconcile],
  exports: [Reconcile],
})
export class BankReconciliationModule {}
