import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  etagOf,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  IfMatch,
  IfMatchHeader,
  Paged,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CompanyRecords } from '../records/company-records.js';
import { ManageRoles, ROLE } from './manage-roles.js';
import { CreateRoleDto, ListRolesQuery, RoleDto, UpdateRoleDto } from './role.dto.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const EXAMPLE = { name: 'Cashier', permissions: ['ledgers:read', 'vouchers:read', 'vouchers:post'] };

@ApiTags('Company: users')
@Controller('api/roles')
export class RolesController {
  constructor(
    private readonly records: CompanyRecords,
    private readonly roles: ManageRoles,
  ) {}

  @Get()
  @CompanyRoute('users:read')
  @ApiOperation({ summary: 'List roles' })
  @Answer({ description: 'a page', data: { roles: [RoleDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListRolesQuery) {
    const { records, total } = await this.records.list(ROLE, query);
    return new Paged({ roles: records }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('users:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateRoleDto, examples: { cashier: { value: EXAMPLE } } })
  @ApiOperation({
    summary: 'Make a role',
    description:
      'With `voucher_type_ids` its people post and change vouchers of these types alone. Nobody gives more than they have.',
  })
  @Answer({ status: 201, description: 'made', data: { role: RoleDto } })
  @Refusals({ ...COMMON, 409: 'role_name_taken, idempotency_key_reused', 422: 'voucher_type_not_found' })
  async create(
    @Body() body: CreateRoleDto,
    @CurrentUser() maker: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { role: await this.roles.create(body, { maker, actor }, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('users:read')
  @ApiOperation({ summary: 'Read a role' })
  @Answer({ description: 'the role', data: { role: RoleDto } })
  @Refusals({ ...COMMON, 404: 'role_not_found' })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const role = await this.records.one(ROLE, id);
    reply.header('ETag', etagOf(role.version));
    return { role };
  }

  @Put(':id')
  @CompanyRoute('users:write')
  @IfMatchHeader()
  @ApiBody({
    type: UpdateRoleDto,
    examples: { more: { value: { permissions: [...EXAMPLE.permissions, 'reports:read'] } } },
  })
  @ApiOperation({ summary: 'Change a role', description: 'On every process within five seconds.' })
  @Answer({ description: 'as it is now', data: { role: RoleDto } })
  @Refusals({
    ...COMMON,
    404: 'role_not_found',
    409: 'role_name_taken',
    412: 'stale',
    422: 'reserved, voucher_type_not_found',
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateRoleDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentUser() maker: CompanyPrincipal,
    @CurrentActor() actor: Actor,
  ) {
    return { role: await this.roles.update(id, body, { maker, actor }, ifMatch) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('users:write')
  @ApiOperation({ summary: 'Delete a role' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'role_not_found', 422: 'reserved, role_in_use' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.roles.delete(id, actor);
    return {};
  }
}
