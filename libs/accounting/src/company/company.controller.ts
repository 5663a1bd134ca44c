import {
  type Actor,
  Answer,
  CompanyRoute,
  CurrentActor,
  etagOf,
  IfMatch,
  IfMatchHeader,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Get, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CompanyDto, toCompanyDto, UpdateCompanyDto } from './company.dto.js';
import { type CompanySettings, CompanySettingsReader } from './company-settings.js';
import { UpdateCompany } from './update-company.js';

@ApiTags('Company: settings')
@Controller('api/settings/company')
export class CompanyController {
  constructor(
    private readonly settings: CompanySettingsReader,
    private readonly updateCompany: UpdateCompany,
  ) {}

  @Get()
  @CompanyRoute('settings:read')
  @ApiOperation({ summary: 'Read the company’s settings' })
  @Answer({ description: 'the settings', data: { company: CompanyDto } })
  @Refusals({ 401: 'unauthenticated', 403: 'forbidden, tenant_suspended, tenant_mismatch' })
  async get(@Res({ passthrough: true }) reply: FastifyReply) {
    return answer(await this.settings.get(), reply);
  }

  @Put()
  @CompanyRoute('settings:write')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Change the company’s settings',
    description: '`base_currency`, `financial_year_start` and `books_begin` until the first voucher.',
  })
  @Answer({ description: 'as they are now', data: { company: CompanyDto } })
  @Refusals({ 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden', 412: 'stale', 422: 'books_in_use' })
  async update(
    @Body() body: UpdateCompanyDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answer(await this.updateCompany.update(body, ifMatch, actor), reply);
  }
}

function answer(settings: CompanySettings, reply: FastifyReply) {
  reply.header('ETag', etagOf(settings.version));
  return { company: toCompanyDto(settings) };
}
