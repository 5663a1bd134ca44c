import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  EndpointSecretDto,
  Paged,
  PageQuery,
  Refusals,
  ReplayDto,
  ReplayResultDto,
  TestResultDto,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AddCompanyEndpointDto, ChangeCompanyEndpointDto, CompanyEndpointDto } from './company-webhook.dto.js';
import { FindWebhooks } from './find-webhooks.js';
import { ManageEndpoints } from './manage-endpoints.js';
import { ReplayDeliveries } from './replay-deliveries.js';
import { TestEndpoint } from './test-endpoint.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const NOT_THERE = { ...COMMON, 404: 'webhook_endpoint_not_found' };
const ONE = { webhook_endpoint: CompanyEndpointDto };
const WITH_SECRET = { ...ONE, signing: EndpointSecretDto };
const EXAMPLE = { url: 'https://example.com/webhooks', event_types: ['voucher.*', 'balance.alert'] };

@ApiTags('Company: webhooks')
@Controller('api/webhook-endpoints')
export class CompanyWebhookEndpointsController {
  constructor(
    private readonly find: FindWebhooks,
    private readonly manage: ManageEndpoints,
    private readonly replay: ReplayDeliveries,
    private readonly testEndpoint: TestEndpoint,
  ) {}

  @Get()
  @CompanyRoute('edit_log:read')
  @ApiOperation({ summary: 'List webhook endpoints of the company' })
  @Answer({ description: 'a page', data: { webhook_endpoints: [CompanyEndpointDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: PageQuery) {
    const { endpoints, total } = await this.find.endpoints(query);
    return new Paged({ webhook_endpoints: endpoints }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('settings:write')
  @ApiBody({ type: AddCompanyEndpointDto, examples: { shop: { value: EXAMPLE } } })
  @ApiOperation({
    summary: 'Add a webhook endpoint of the company',
    description:
      'It is told of what happens in the books from now on, by Standard Webhooks (standardwebhooks.com), in the order of the edit log. Whoever adds it needs `edit_log:read` too. The secret that verifies signatures is shown this once.',
  })
  @Answer({ status: 201, description: 'added', data: WITH_SECRET })
  @Refusals({ ...COMMON, 422: 'too_many_webhook_endpoints' })
  async add(
    @Body() body: AddCompanyEndpointDto,
    @CurrentUser() principal: CompanyPrincipal,
    @CurrentActor() actor: Actor,
  ) {
    const { endpoint, secret } = await this.manage.add(body, { principal, actor });
    return { webhook_endpoint: endpoint, signing: { secret } };
  }

  @Get(':id')
  @CompanyRoute('edit_log:read')
  @ApiOperation({ summary: 'Read a webhook endpoint of the company' })
  @Answer({ description: 'the endpoint', data: ONE })
  @Refusals(NOT_THERE)
  async get(@Param('id') id: string) {
    return { webhook_endpoint: await this.find.endpoint(id) };
  }

  @Put(':id')
  @CompanyRoute('settings:write')
  @ApiBody({ type: ChangeCompanyEndpointDto, examples: { off: { value: { status: 'disabled' } } } })
  @ApiOperation({
    summary: 'Change a webhook endpoint of the company',
    description:
      'Only what is sent is changed. Enabled again, it is told of what happens from then on; the rest by replay.',
  })
  @Answer({ description: 'as it is now', data: ONE })
  @Refusals(NOT_THERE)
  async update(
    @Param('id') id: string,
    @Body() body: ChangeCompanyEndpointDto,
    @CurrentUser() principal: CompanyPrincipal,
    @CurrentActor() actor: Actor,
  ) {
    return { webhook_endpoint: await this.manage.change(id, body, { principal, actor }) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('settings:write')
  @ApiOperation({ summary: 'Remove a webhook endpoint of the company', description: 'With its deliveries.' })
  @Answer({ description: 'removed', data: {} })
  @Refusals(NOT_THERE)
  async remove(@Param('id') id: string, @CurrentUser() principal: CompanyPrincipal, @CurrentActor() actor: Actor) {
    await this.manage.remove(id, { principal, actor });
    return {};
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @CompanyRoute('settings:write')
  @ApiOperation({
    summary: 'Give a webhook endpoint of the company a new secret',
    description: 'For 24 hours the former one signs as well (two signatures). The new one is shown this once.',
  })
  @Answer({ description: 'the new secret', data: WITH_SECRET })
  @Refusals(NOT_THERE)
  async rotate(@Param('id') id: string, @CurrentUser() principal: CompanyPrincipal, @CurrentActor() actor: Actor) {
    const { endpoint, secret } = await this.manage.rotateSecret(id, { principal, actor });
    return { webhook_endpoint: endpoint, signing: { secret } };
  }

  @Post(':id/test')
  @HttpCode(200)
  @CompanyRoute('settings:write')
  @ApiOperation({
    summary: 'Send a test event of the company now',
    description: 'Also to a disabled endpoint; not tried again.',
  })
  @Answer({ description: 'what came of it', data: { test: TestResultDto } })
  @Refusals({ ...NOT_THERE, 422: 'webhook_secret_missing' })
  async test(@Param('id') id: string) {
    return { test: await this.testEndpoint.run(id) };
  }

  @Post(':id/replay')
  @HttpCode(202)
  @CompanyRoute('settings:write')
  @ApiBody({ type: ReplayDto, examples: { today: { value: { since: '2026-11-24T00:00:00Z' } } } })
  @ApiOperation({
    summary: 'Send events of the company since an instant again',
    description:
      'Events come from the edit log: also what happened before the endpoint was there, or while it was disabled. Under the same `webhook-id` as before.',
  })
  @Answer({ status: 202, description: 'queued', data: { replay: ReplayResultDto } })
  @Refusals(NOT_THERE)
  async replaySince(@Param('id') id: string, @Body() body: ReplayDto, @CurrentActor() actor: Actor) {
    return { replay: await this.replay.since(id, body, actor) };
  }
}
