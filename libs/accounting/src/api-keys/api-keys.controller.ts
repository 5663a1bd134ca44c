import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  Paged,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CompanyKeyDto, CreateCompanyKeyDto, CreatedCompanyKeyDto, ListCompanyKeysQuery } from './api-key.dto.js';
import { ManageCompanyKeys } from './manage-company-keys.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const EXAMPLE = { name: 'web shop', permissions: ['vouchers:read', 'vouchers:post'] };

@ApiTags('Company: API keys')
@Controller('api/api-keys')
export class CompanyKeysController {
  constructor(private readonly keys: ManageCompanyKeys) {}

  @Get()
  @CompanyRoute('users:read')
  @ApiOperation({ summary: 'List API keys', description: 'The latest first; revoked ones stay in the list.' })
  @Answer({ description: 'a page', data: { api_keys: [CompanyKeyDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListCompanyKeysQuery) {
    const { keys, total } = await this.keys.list(query);
    return new Paged({ api_keys: keys }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('users:write')
  @ApiBody({ type: CreateCompanyKeyDto, examples: { shop: { value: EXAMPLE } } })
  @ApiOperation({
    summary: 'Make an API key',
    description:
      'For a program that works in the books: it names its company itself. It may do no more than who makes it.',
  })
  @Answer({ status: 201, description: 'the key, shown this once', data: { api_key: CreatedCompanyKeyDto } })
  @Refusals({ ...COMMON, 422: 'too_many_api_keys' })
  async create(
    @Body() body: CreateCompanyKeyDto,
    @CurrentUser() maker: CompanyPrincipal,
    @CurrentActor() actor: Actor,
  ) {
    return { api_key: await this.keys.create(body, { maker, actor }) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('users:write')
  @ApiOperation({ summary: 'Revoke an API key', description: 'On every process within five seconds.' })
  @Answer({ description: 'revoked', data: { api_key: CompanyKeyDto } })
  @Refusals({ ...COMMON, 404: 'api_key_not_found' })
  async revoke(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { api_key: await this.keys.revoke(id, actor) };
  }
}
