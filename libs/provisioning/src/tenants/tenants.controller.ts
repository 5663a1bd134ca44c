import {
  type Actor,
  Answer,
  CurrentActor,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  Paged,
  PlatformRoute,
  RawAnswer,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CreateTenant } from '../create-tenant/create-tenant.js';
import { RepeatedCreation } from '../create-tenant/repeated-creation.js';
import { DeleteTenant } from '../delete-tenant/delete-tenant.js';
import { OperationStore } from '../operations/operation-store.js';
import { OperationDto, toOperationDto } from '../operations/operation.dto.js';
import { ChangeTenant } from './change-tenant.js';
import { ExamineTenant } from './examine-tenant.js';
import { FindTenants } from './find-tenants.js';
import { ListTenants } from './list-tenants.js';
import {
  AdminUserDto,
  CreateTenantDto,
  DeleteTenantDto,
  DeleteTenantQuery,
  ListTenantsQuery,
  ReactivateTenantDto,
  SuspendTenantDto,
  TenantDto,
  TenantHealthDto,
  TenantStatsDto,
  toTenantDto,
  UpdateTenantDto,
} from './tenant.dto.js';

const SIGNED_OUT = { 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' };

@ApiTags('Platform: companies')
@Controller('api/admin/tenants')
export class TenantsController {
  constructor(
    private readonly createTenant: CreateTenant,
    private readonly repeatedCreation: RepeatedCreation,
    private readonly changeTenant: ChangeTenant,
    private readonly deleteTenant: DeleteTenant,
    private readonly findTenants: FindTenants,
    private readonly listTenants: ListTenants,
    private readonly examineTenant: ExamineTenant,
    private readonly operations: OperationStore,
  ) {}

  @Post()
  @PlatformRoute()
  @IdempotencyKeyHeader()
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`respond-async`: answer 202 with the operation at once (RFC 7240)',
  })
  @ApiOperation({
    summary: 'Create a company',
    description:
      'Makes record, database, user, tables, default data and the first administrator; answers 201 when the company can be used. Whatever fails midway leaves nothing.',
  })
  @Answer({ status: 201, description: 'ready', data: { tenant: TenantDto, admin_user: AdminUserDto } })
  @Answer({
    status: 202,
    description: 'queued (`Prefer: respond-async`)',
    data: { operation: OperationDto, tenant: TenantDto, admin_user: AdminUserDto },
  })
  @Refusals({
    400: 'validation_failed',
    ...SIGNED_OUT,
    409: 'subdomain_taken, idempotency_key_reused',
    503: 'no_server_available, database_unavailable',
  })
  async create(
    @Body() body: CreateTenantDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const wait = !/\brespond-async\b/i.test(prefer ?? '');
    const created = await this.repeatedCreation.once(idempotency, () =>
      this.createTenant.create(body, actor, { wait, idempotency }),
    );
    const tenant = toTenantDto(await this.findTenants.one(created.tenantId));
    if (wait) return { tenant, admin_user: created.adminUser };
    const operation = await this.operations.find(created.operationId);
    reply.status(202).header('Preference-Applied', 'respond-async');
    return { operation: operation && toOperationDto(operation), tenant, admin_user: created.adminUser };
  }

  @Get()
  @PlatformRoute()
  @ApiOperation({
    summary: 'List companies',
    description:
      '`search` finds what begins a word of name, subdomain or e-mail; when nothing does, what has it inside. Deleted ones only with `status=deleted`.',
  })
  @Answer({ description: 'a page', data: { tenants: [TenantDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT })
  async list(@Query() query: ListTenantsQuery) {
    const { tenants, total } = await this.listTenants.list(query);
    return new Paged({ tenants: tenants.map(toTenantDto) }, { page: query.page, limit: query.limit, total });
  }

  @Get(':id')
  @PlatformRoute()
  @ApiOperation({ summary: 'Read a company' })
  @Answer({ description: 'the company', data: { tenant: TenantDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'tenant_not_found' })
  async get(@Param('id') id: string) {
    return { tenant: toTenantDto(await this.findTenants.one(id)) };
  }

  @Put(':id')
  @PlatformRoute()
  @ApiOperation({
    summary: 'Change a company',
    description: 'Only what is sent is changed; a new plan brings its storage limit.',
  })
  @Answer({ description: 'as it is now', data: { tenant: TenantDto } })
  @Refusals({
    400: 'validation_failed',
    ...SIGNED_OUT,
    404: 'tenant_not_found',
    409: 'operation_running, tenant_deleted',
  })
  async update(@Param('id') id: string, @Body() body: UpdateTenantDto, @CurrentActor() actor: Actor) {
    return { tenant: toTenantDto(await this.changeTenant.update(id, body, actor)) };
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Suspend a company',
    description: 'Its users are answered 403 `tenant_suspended` on all processes; open requests finish.',
  })
  @Answer({ description: 'as it is now', data: { tenant: TenantDto } })
  @Refusals({
    400: 'validation_failed',
    ...SIGNED_OUT,
    404: 'tenant_not_found',
    409: 'operation_running, tenant_status',
  })
  async suspend(@Param('id') id: string, @Body() body: SuspendTenantDto, @CurrentActor() actor: Actor) {
    return { tenant: toTenantDto(await this.changeTenant.suspend(id, body?.reason ?? '', actor)) };
  }

  @Post(':id/reactivate')
  @HttpCode(200)
  @PlatformRoute()
  @ApiOperation({ summary: 'Reactivate a suspended company' })
  @Answer({ description: 'as it is now', data: { tenant: TenantDto } })
  @Refusals({
    400: 'validation_failed',
    ...SIGNED_OUT,
    404: 'tenant_not_found',
    409: 'operation_running, tenant_status',
  })
  async reactivate(@Param('id') id: string, @Body() _body: ReactivateTenantDto, @CurrentActor() actor: Actor) {
    return { tenant: toTenantDto(await this.changeTenant.reactivate(id, actor)) };
  }

  @Get(':id/stats')
  @PlatformRoute()
  @ApiOperation({ summary: 'Storage and connections of a company' })
  @Answer({ description: 'measured now', data: { stats: TenantStatsDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'tenant_not_found', 503: 'database_unavailable' })
  async stats(@Param('id') id: string) {
    return { stats: await this.examineTenant.stats(await this.findTenants.one(id)) };
  }

  @Get(':id/health')
  @RawAnswer()
  @PlatformRoute()
  @ApiOperation({ summary: 'Health of a company’s database', description: 'A flat object, without the envelope.' })
  @ApiOkResponse({ type: TenantHealthDto })
  @Refusals({ ...SIGNED_OUT, 404: 'tenant_not_found' })
  async health(@Param('id') id: string) {
    return this.examineTenant.health(await this.findTenants.one(id));
  }

  @Delete(':id')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Delete a company',
    description:
      'Closes it at once; its database goes after the grace period (`DELETE_GRACE_DAYS`), until then it can be undeleted. `?purge=true` with its name typed as `company_name` ends it for good without waiting.',
  })
  @Answer({ status: 202, description: 'started', data: { operation: OperationDto } })
  @Refusals({
    400: 'validation_failed, confirmation_missing',
    ...SIGNED_OUT,
    404: 'tenant_not_found',
    409: 'operation_running, tenant_deleted',
  })
  async delete(
    @Param('id') id: string,
    @Body() body: DeleteTenantDto,
    @Query() query: DeleteTenantQuery,
    @CurrentActor() actor: Actor,
  ) {
    const operation =
      query.purge === 'true'
        ? await this.deleteTenant.purge(id, body.company_name, actor)
        : await this.deleteTenant.delete(id, actor);
    return { operation: toOperationDto(operation) };
  }

  @Post(':id/undelete')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({ summary: 'Take a deletion back', description: 'Within the grace period.' })
  @Answer({ status: 202, description: 'started', data: { operation: OperationDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'tenant_not_found', 409: 'operation_running, tenant_deleted, tenant_not_deleted' })
  async undelete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { operation: toOperationDto(await this.deleteTenant.undelete(id, actor)) };
  }
}
