import { type Actor, Answer, CompanyRoute, CurrentActor, Paged, Refusals } from '@finvera/common';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CompanyDeliveryDto, ListCompanyDeliveriesQuery } from './company-webhook.dto.js';
import { FindWebhooks } from './find-webhooks.js';
import { ReplayDeliveries } from './replay-deliveries.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const NOT_THERE = { ...COMMON, 404: 'webhook_delivery_not_found' };
const ONE = { webhook_delivery: CompanyDeliveryDto };

@ApiTags('Company: webhooks')
@Controller('api/webhook-deliveries')
export class CompanyWebhookDeliveriesController {
  constructor(
    private readonly find: FindWebhooks,
    private readonly replay: ReplayDeliveries,
  ) {}

  @Get()
  @CompanyRoute('edit_log:read')
  @ApiOperation({
    summary: 'List webhook deliveries of the company',
    description: 'Newest first; `status=dead` are the dead letters.',
  })
  @Answer({ description: 'a page', data: { webhook_deliveries: [CompanyDeliveryDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListCompanyDeliveriesQuery) {
    const { deliveries, total } = await this.find.deliveries(query);
    return new Paged({ webhook_deliveries: deliveries }, { page: query.page, limit: query.limit, total });
  }

  @Get(':id')
  @CompanyRoute('edit_log:read')
  @ApiOperation({ summary: 'Read a webhook delivery of the company', description: 'With its body.' })
  @Answer({ description: 'the delivery', data: ONE })
  @Refusals(NOT_THERE)
  async get(@Param('id') id: string) {
    return { webhook_delivery: await this.find.delivery(id) };
  }

  @Post(':id/replay')
  @HttpCode(202)
  @CompanyRoute('settings:write')
  @ApiOperation({ summary: 'Send a delivery of the company again', description: 'Under the same `webhook-id`.' })
  @Answer({ status: 202, description: 'queued', data: ONE })
  @Refusals(NOT_THERE)
  async replayOne(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { webhook_delivery: await this.replay.one(id, actor) };
  }

  @Post(':id/skip')
  @HttpCode(200)
  @CompanyRoute('settings:write')
  @ApiOperation({
    summary: 'Give up a delivery that waits',
    description: 'Those behind it go on; it is a dead letter, and can be replayed.',
  })
  @Answer({ description: 'as it is now', data: ONE })
  @Refusals({ ...NOT_THERE, 409: 'webhook_delivery_not_pending' })
  async skip(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { webhook_delivery: await this.replay.skip(id, actor) };
  }
}
