import { type Actor, Answer, CurrentActor, Paged, PageQuery, PlatformRoute, Refusals } from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AddDomain } from './add-domain.js';
import { AddDomainDto, DomainDto, toDomainDto, VerifyDomainDto } from './domain.dto.js';
import { ListDomains } from './list-domains.js';
import { RemoveDomain } from './remove-domain.js';
import { VerifyDomain } from './verify-domain.js';

const SIGNED_OUT = { 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' };
const DOMAIN = { name: 'domain', description: 'id or name', example: 'books.acme.com' };

@ApiTags('Platform: domains of companies')
@Controller('api/admin/tenants/:id/domains')
export class DomainsController {
  constructor(
    private readonly addDomain: AddDomain,
    private readonly listDomains: ListDomains,
    private readonly verifyDomain: VerifyDomain,
    private readonly removeDomain: RemoveDomain,
  ) {}

  @Post()
  @PlatformRoute()
  @ApiOperation({
    summary: 'Give a company a domain of its own',
    description:
      'Answers the challenge, a TXT record or a page, that proves whose it is. Until it is verified it leads nowhere. Adding it again answers what is there.',
  })
  @Answer({ status: 201, description: 'to be verified', data: { domain: DomainDto } })
  @Refusals({
    400: 'validation_failed',
    ...SIGNED_OUT,
    404: 'tenant_not_found',
    409: 'domain_taken, tenant_deleted',
    422: 'domain_reserved, too_many_domains',
  })
  async add(@Param('id') id: string, @Body() body: AddDomainDto, @CurrentActor() actor: Actor) {
    return { domain: toDomainDto(await this.addDomain.add(id, body.domain, actor)) };
  }

  @Get()
  @PlatformRoute()
  @ApiOperation({ summary: 'List a company’s domains', description: 'With the challenge of each. Searches the name.' })
  @Answer({ description: 'a page', data: { domains: [DomainDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 404: 'tenant_not_found' })
  async list(@Param('id') id: string, @Query() query: PageQuery) {
    const { domains, total } = await this.listDomains.list(id, query);
    return new Paged({ domains: domains.map(toDomainDto) }, { page: query.page, limit: query.limit, total });
  }

  @Post(':domain/verify')
  @HttpCode(200)
  @PlatformRoute()
  @ApiParam(DOMAIN)
  @ApiOperation({
    summary: 'Verify a domain',
    description:
      'Looks for the challenge now, up to five seconds. Once verified the host leads to the company, on all processes.',
  })
  @Answer({ description: 'verified', data: { domain: DomainDto } })
  @Refusals({
    400: 'validation_failed',
    ...SIGNED_OUT,
    404: 'domain_not_found',
    409: 'domain_taken, tenant_deleted',
    422: 'domain_not_verified: `details` say what is missing where',
  })
  async verify(
    @Param('id') id: string,
    @Param('domain') domain: string,
    @Body() body: VerifyDomainDto,
    @CurrentActor() actor: Actor,
  ) {
    return { domain: toDomainDto(await this.verifyDomain.verify(id, domain, body?.method, actor)) };
  }

  @Delete(':domain')
  @PlatformRoute()
  @ApiParam(DOMAIN)
  @ApiOperation({
    summary: 'Take a domain from a company',
    description: 'Its host leads nowhere any more, on all processes. Added again it has to be verified again.',
  })
  @Answer({ description: 'as it was', data: { domain: DomainDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'domain_not_found, tenant_not_found', 409: 'tenant_deleted' })
  async remove(@Param('id') id: string, @Param('domain') domain: string, @CurrentActor() actor: Actor) {
    return { domain: toDomainDto(await this.removeDomain.remove(id, domain, actor)) };
  }
}
