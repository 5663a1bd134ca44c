import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { ReportsModule } from '../reports/reports.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { ExchangeDifferencesController } from './exchange-differences.controller.js';
import { ExchangeRates } from './exchange-rates.js';
import { ExchangeRatesController } from './exchange-rates.controller.js';
import { ForeignPositionsReport } from './foreign-positions-report.js';
import { PostExchangeDifferences } from './post-exchange-differences.js';
import { ReadForeignPositions } from './read-foreign-positions.js';

/** Exchange rates, foreign balances, gains and losses. */
@Module({
  imports: [CompanyModule, VouchersModule, ReportsModule],
  controllers: [ExchangeRatesController, ExchangeDifferencesController],
  providers: [ExchangeRates, ReadForeignPositions, ForeignPositionsReport, PostExchangeDifferences],
})
export class CurrenciesModule {}
