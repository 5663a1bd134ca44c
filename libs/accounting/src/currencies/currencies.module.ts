import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { ReportsModule } from '../reports/reports.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { ExchangeDifferencesController } from './exchange-differences.controller.js';
import { ExchangeRates } from './exchange-rates.js';
import { ExchangeRatesController } from './exchange-rates.controller.js';
import { PostExchangeDifferences } from './post-exchange-differences.js';

/** Exchange rates, foreign balances, gains and losses. */
@Module({
  imports: [CompanyModule, VouchersModule, ReportsModule],
  controllers: [ExchangeRatesController, ExchangeDifferencesController],
  providers: [ExchangeRates, PostExchangeDifferences],
})
export class CurrenciesModule {}
