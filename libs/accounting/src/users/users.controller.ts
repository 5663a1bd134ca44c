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
import { Body, Controller, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ManageUsers } from './manage-users.js';
import { CreateUserDto, ListUsersQuery, NewUserDto, UpdateUserDto, UserDto } from './user.dto.js';

@ApiTags('Company: users')
@Controller('api/users')
export class UsersController {
  constructor(private readonly users: ManageUsers) {}

  @Get()
  @CompanyRoute('users:read')
  @ApiOperation({ summary: 'List users' })
  @Answer({ description: 'a page', data: { users: [UserDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' })
  async list(@Query() query: ListUsersQuery) {
    const { users, total } = await this.users.list(query);
    return new Paged({ users }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('users:write')
  @IdempotencyKeyHeader()
  @ApiOperation({ summary: 'Add a user' })
  @Answer({ status: 201, description: 'added', data: { user: NewUserDto } })
  @Refusals({
    400: 'validation_failed',
    401: 'unauthenticated',
    403: 'forbidden',
    409: 'email_taken, idempotency_key_reused',
  })
  async create(
    @Body() body: CreateUserDto,
    @CurrentUser() giver: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { user: await this.users.create(body, { giver, actor }, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('users:read')
  @ApiOperation({ summary: 'Read a user' })
  @Answer({ description: 'the user', data: { user: UserDto } })
  @Refusals({ 401: 'unauthenticated', 403: 'forbidden', 404: 'user_not_found' })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const user = await this.users.one(id);
    reply.header('ETag', etagOf(user.version));
    return { user };
  }

  @Put(':id')
  @CompanyRoute('users:write')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Change a user', description: 'Name, role, active or not.' })
  @Answer({ description: 'as it is now', data: { user: UserDto } })
  @Refusals({
    400: 'validation_failed',
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'user_not_found',
    412: 'stale',
    422: 'last_administrator',
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateUserDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentUser() giver: CompanyPrincipal,
    @CurrentActor() actor: Actor,
  ) {
    return { user: await this.users.update(id, body, { giver, actor }, ifMatch) };
  }
}
