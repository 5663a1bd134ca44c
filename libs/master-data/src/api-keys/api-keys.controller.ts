import { type Actor, Answer, CurrentActor, Paged, PlatformRoute, Refusals } from '@finvera/common';
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyDto, CreateApiKeyDto, CreatedApiKeyDto, ListApiKeysQuery, toApiKeyDto } from './api-key.dto.js';
import { ChangeApiKeys } from './change-api-keys.js';
import { FindApiKeys } from './find-api-keys.js';

const SIGNED_OUT = { 401: 'unauthenticated', 403: 'forbidden, api_key_scope' };

@ApiTags('Platform: API keys')
@Controller('api/admin/api-keys')
export class ApiKeysController {
  constructor(
    private readonly find: FindApiKeys,
    private readonly change: ChangeApiKeys,
  ) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({ summary: 'List API keys', description: 'Newest first; never the keys themselves.' })
  @Answer({ description: 'a page', data: { api_keys: [ApiKeyDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT })
  async list(@Query() query: ListApiKeysQuery) {
    const { apiKeys, total } = await this.find.list(query);
    return new Paged({ api_keys: apiKeys.map(toApiKeyDto) }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @PlatformRoute()
  @ApiOperation({
    summary: 'Make an API key',
    description:
      'For programs, on the routes under `/api/admin`: `Authorization: Bearer fvk_…`. The key is shown this once.',
  })
  @Answer({ status: 201, description: 'made', data: { api_key: CreatedApiKeyDto } })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 409: 'too_many_api_keys' })
  async create(@Body() body: CreateApiKeyDto, @CurrentActor() actor: Actor) {
    const { apiKey, key } = await this.change.create(body, actor);
    return { api_key: { ...toApiKeyDto(apiKey), key } };
  }

  @Get(':id')
  @PlatformRoute()
  @ApiOperation({ summary: 'Read what is known of an API key' })
  @Answer({ description: 'never the key itself', data: { api_key: ApiKeyDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'api_key_not_found' })
  async get(@Param('id') id: string) {
    return { api_key: toApiKeyDto(await this.find.one(id)) };
  }

  @Delete(':id')
  @PlatformRoute()
  @ApiOperation({
    summary: 'Revoke an API key',
    description: 'On every process within five seconds; it stays in the list.',
  })
  @Answer({ description: 'revoked', data: { api_key: ApiKeyDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'api_key_not_found' })
  async revoke(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { api_key: toApiKeyDto(await this.change.revoke(id, actor)) };
  }
}
