import {
  type Actor,
  Answer,
  CurrentActor,
  EndpointSecretDto,
  Paged,
  PageQuery,
  PlatformRoute,
  Refusals,
  ReplayDto,
  ReplayResultDto,
  TestResultDto,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeEndpoints } from './change-endpoints.js';
import { FindWebhooks } from './find-webhooks.js';
import { ReplayDeliveries } from './replay-deliveries.js';
import { TestEndpoint } from './test-endpoint.js';
import { AddEndpointDto, ChangeEndpointDto, toEndpointDto, WebhookEndpointDto } from './webhook-endpoint.dto.js';

const SIGNED_OUT = { 401: 'unauthenticated', 403: 'forbidden' };
const NOT_THERE = { ...SIGNED_OUT, 404: 'webhook_endpoint_not_found' };
const ONE = { webhook_endpoint: WebhookEndpointDto };
const WITH_SECRET = { ...ONE, signing: EndpointSecretDto };

@ApiTags('Platform: webhooks')
@Controller('api/admin/webhook-endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly find: FindWebhooks,
    private readonly change: ChangeEndpoints,
    private readonly replay: ReplayDeliveries,
    private readonly testEndpoint: TestEndpoint,
  ) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({ summary: 'List webhook endpoints' })
  @Answer({ description: 'a page', data: { webhook_endpoints: [WebhookEndpointDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT })
  async list(@Query() query: PageQuery) {
    const { endpoints, total } = await this.find.endpoints(query);
    return new Paged({ webhook_endpoints: endpoints.map(toEndpointDto) }, { page: query.page, limit: query.limit, total }); // biome-ignore format: one line
  }

  @Post()
  @PlatformRoute()
  @ApiOperation({
    summary: 'Add a webhook endpoint',
    description:
      'It is told of what happens from now on, by Standard Webhooks (standardwebhooks.com). The secret that verifies signatures is shown this once.',
  })
  @Answer({ status: 201, description: 'added', data: WITH_SECRET })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 409: 'too_many_webhook_endpoints' })
  async add(@Body() body: AddEndpointDto, @CurrentActor() actor: Actor) {
    const { endpoint, secret } = await this.change.add(body, actor);
    return { webhook_endpoint: toEndpointDto(endpoint), signing: { secret } };
  }

  @Get(':id')
  @PlatformRoute()
  @ApiOperation({ summary: 'Read a webhook endpoint' })
  @Answer({ description: 'the endpoint', data: ONE })
  @Refusals(NOT_THERE)
  async get(@Param('id') id: string) {
    return { webhook_endpoint: toEndpointDto(await this.find.endpoint(id)) };
  }

  @Put(':id')
  @PlatformRoute()
  @ApiOperation({
    summary: 'Change a webhook endpoint',
    description:
      'Only what is sent is changed. Enabled again, it is told of what happens from then on; the rest by replay.',
  })
  @Answer({ description: 'as it is now', data: ONE })
  @Refusals({ 400: 'validation_failed', ...NOT_THERE })
  async update(@Param('id') id: string, @Body() body: ChangeEndpointDto, @CurrentActor() actor: Actor) {
    return { webhook_endpoint: toEndpointDto(await this.change.change(id, body, actor)) };
  }

  @Delete(':id')
  @PlatformRoute()
  @ApiOperation({ summary: 'Remove a webhook endpoint', description: 'With its deliveries.' })
  @Answer({ description: 'removed', data: {} })
  @Refusals(NOT_THERE)
  async remove(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.change.remove(id, actor);
    return {};
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Give a webhook endpoint a new secret',
    description: 'For 24 hours the former one signs as well (two signatures). The new one is shown this once.',
  })
  @Answer({ description: 'the new secret', data: WITH_SECRET })
  @Refusals(NOT_THERE)
  async rotate(@Param('id') id: string, @CurrentActor() actor: Actor) {
    const { endpoint, secret } = await this.change.rotateSecret(id, actor);
    return { webhook_endpoint: toEndpointDto(endpoint), signing: { secret } };
  }

  @Post(':id/test')
  @HttpCode(200)
  @PlatformRoute()
  @ApiOperation({ summary: 'Send a test event now', description: 'Also to a disabled endpoint; not tried again.' })
  @Answer({ description: 'what came of it', data: { test: TestResultDto } })
  @Refusals(NOT_THERE)
  async test(@Param('id') id: string) {
    return { test: await this.testEndpoint.run(id) };
  }

  @Post(':id/replay')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Send events since an instant again',
    description:
      'Events come from the audit log: also what happened before the endpoint was there, or while it was disabled. Under the same `webhook-id` as before.',
  })
  @Answer({ status: 202, description: 'queued', data: { replay: ReplayResultDto } })
  @Refusals({ 400: 'validation_failed', ...NOT_THERE })
  async replaySince(@Param('id') id: string, @Body() body: ReplayDto, @CurrentActor() actor: Actor) {
    return { replay: await this.replay.since(id, body, actor) };
  }
}
