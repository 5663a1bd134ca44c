import { type Actor, Answer, CurrentActor, Paged, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { FindWebhooks } from './find-webhooks.js';
import { ReplayDeliveries } from './replay-deliveries.js';
import { ListDeliveriesQuery, toDeliveryDto, WebhookDeliveryDto } from './webhook-delivery.dto.js';

const SIGNED_OUT = { 401: 'unauthenticated', 403: 'forbidden' };
const NOT_THERE = { ...SIGNED_OUT, 404: 'webhook_delivery_not_found' };

@ApiTags('Platform: webhooks')
@Controller('api/admin/webhook-deliveries')
export class WebhookDeliveriesController {
  constructor(
    private readonly find: FindWebhooks,
    private readonly replay: ReplayDeliveries,
  ) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({
    summary: 'List webhook deliveries',
    description: 'Newest first; `status=dead` are the dead letters.',
  })
  @Answer({ description: 'a page', data: { webhook_deliveries: [WebhookDeliveryDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT })
  async list(@Query() query: ListDeliveriesQuery) {
    const { deliveries, total } = await this.find.deliveries(query);
    return new Paged({ webhook_deliveries: deliveries.map(toDeliveryDto) }, { page: query.page, limit: query.limit, total }); // biome-ignore format: one line
  }

  @Get(':id')
  @PlatformRoute()
  @ApiOperation({ summary: 'Read a webhook delivery', description: 'With its body.' })
  @Answer({ description: 'the delivery', data: { webhook_delivery: WebhookDeliveryDto } })
  @Refusals(NOT_THERE)
  async get(@Param('id') id: string) {
    const { delivery, payload } = await this.find.delivery(id);
    return { webhook_delivery: { ...toDeliveryDto(delivery), payload } };
  }

  @Post(':id/replay')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({ summary: 'Send a delivery again', description: 'Under the same `webhook-id`.' })
  @Answer({ status: 202, description: 'queued', data: { webhook_delivery: WebhookDeliveryDto } })
  @Refusals(NOT_THERE)
  async replayOne(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { webhook_delivery: toDeliveryDto(await this.replay.one(id, actor)) };
  }
}
