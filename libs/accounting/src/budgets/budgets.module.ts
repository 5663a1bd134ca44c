import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { RecordsModule } from '../records/records.module.js';
import { BudgetsController } from './budgets.controller.js';
import { ManageBudgets } from './manage-budgets.js';

@Module({ imports: [CompanyModule, RecordsModule], controllers: [BudgetsController], providers: [ManageBudgets] })
export class BudgetsModule {}
