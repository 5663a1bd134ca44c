import { type Actor, Answer, CompanyRoute, CurrentActor, Paged, Refusals } from '@finvera/common';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AcknowledgeAlert } from './acknowledge-alert.js';
import { AcknowledgeAlertDto, BalanceAlertDto, ListBalanceAlertsQuery } from './balance-alert.dto.js';
import { FindAlerts } from './find-alerts.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const NOT_THERE = { ...COMMON, 404: 'balance_alert_not_found' };
const ONE = { balance_alert: BalanceAlertDto };

@ApiTags('Company: balance alerts')
@Controller('api/balance-alerts')
export class BalanceAlertsController {
  constructor(
    private readonly find: FindAlerts,
    private readonly acknowledge: AcknowledgeAlert,
  ) {}

  @Get()
  @CompanyRoute('ledgers:read')
  @ApiOperation({
    summary: 'List balance alerts',
    description: 'Newest first; `status=open` are those nobody has seen.',
  })
  @Answer({ description: 'a page', data: { balance_alerts: [BalanceAlertDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListBalanceAlertsQuery) {
    const { alerts, total } = await this.find.list(query);
    return new Paged({ balance_alerts: alerts }, { page: query.page, limit: query.limit, total });
  }

  @Get(':id')
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'Read a balance alert' })
  @Answer({ description: 'the alert', data: ONE })
  @Refusals(NOT_THERE)
  async get(@Param('id') id: string) {
    return { balance_alert: await this.find.one(id) };
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @CompanyRoute('ledgers:write')
  @ApiBody({ type: AcknowledgeAlertDto, examples: { seen: { value: { note: 'cash was brought from the bank' } } } })
  @ApiOperation({ summary: 'Acknowledge a balance alert', description: 'Who came first stays noted.' })
  @Answer({ description: 'as it is now', data: ONE })
  @Refusals(NOT_THERE)
  async acknowledgeOne(@Param('id') id: string, @Body() body: AcknowledgeAlertDto, @CurrentActor() actor: Actor) {
    return { balance_alert: await this.acknowledge.run(id, body, actor) };
  }
}
