import { type Actor, Answer, CompanyRoute, CurrentActor, Paged, Refusals } from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ExchangeRateBodyDto, ExchangeRateDto, ListExchangeRatesQuery } from './exchange-rate.dto.js';
import { ExchangeRates } from './exchange-rates.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Company: currencies')
@Controller('api/exchange-rates')
export class ExchangeRatesController {
  constructor(private readonly rates: ExchangeRates) {}

  @Get()
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'List exchange rates', description: 'Newest first. Sort by date.' })
  @Answer({ description: 'a page', data: { exchange_rates: [ExchangeRateDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListExchangeRatesQuery) {
    const { rates, total } = await this.rates.list(query);
    return new Paged({ exchange_rates: rates }, { page: query.page, limit: query.limit, total });
  }

  @Put(':currency/:date')
  @CompanyRoute('ledgers:write')
  @ApiParam({ name: 'currency', example: 'USD' })
  @ApiParam({ name: 'date', example: '2026-11-24' })
  @ApiBody({ type: ExchangeRateBodyDto, examples: { dollar: { value: { rate: '83.5' } } } })
  @ApiOperation({
    summary: 'Set the rate of a day',
    description: 'Base units for one foreign unit; it holds until the next one. What is posted keeps its own rate.',
  })
  @Answer({ description: 'the rate', data: { exchange_rate: ExchangeRateDto } })
  @Refusals(COMMON)
  async set(
    @Param('currency') currency: string,
    @Param('date') date: string,
    @Body() body: ExchangeRateBodyDto,
    @CurrentActor() actor: Actor,
  ) {
    return { exchange_rate: await this.rates.set(currency, date, body.rate, actor) };
  }

  @Delete(':currency/:date')
  @HttpCode(200)
  @CompanyRoute('ledgers:write')
  @ApiParam({ name: 'currency', example: 'USD' })
  @ApiParam({ name: 'date', example: '2026-11-24' })
  @ApiOperation({ summary: 'Delete the rate of a day', description: 'What is posted keeps its own rate.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'exchange_rate_not_found' })
  async delete(@Param('currency') currency: string, @Param('date') date: string, @CurrentActor() actor: Actor) {
    await this.rates.delete(currency, date, actor);
    return {};
  }
}
