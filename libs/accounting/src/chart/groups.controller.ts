import {
  type Actor,
  Answer,
  CompanyRoute,
  CurrentActor,
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
import { CreateGroupDto, GroupDto, ListGroupsQuery, UpdateGroupDto } from './group.dto.js';
import { ManageGroups } from './manage-groups.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

const EXAMPLES = {
  below: { value: { name: 'Branch Debtors', parent: 'Sundry Debtors' } },
  primary: { value: { name: 'Grants Received', nature: 'income' } },
};

@ApiTags('Company: chart of accounts')
@Controller('api/account-groups')
export class GroupsController {
  constructor(private readonly groups: ManageGroups) {}

  @Get()
  @CompanyRoute('groups:read')
  @ApiOperation({ summary: 'List account groups', description: 'In the order of the chart.' })
  @Answer({ description: 'a page', data: { account_groups: [GroupDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: ListGroupsQuery) {
    const { groups, total } = await this.groups.list(query);
    return new Paged({ account_groups: groups }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('groups:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateGroupDto, examples: EXAMPLES })
  @ApiOperation({
    summary: 'Add an account group',
    description: 'Under another one, or as a primary group with a nature.',
  })
  @Answer({ status: 201, description: 'added', data: { account_group: GroupDto } })
  @Refusals({ ...COMMON, 409: 'group_name_taken, idempotency_key_reused', 422: 'group_not_found, group_too_deep' })
  async create(
    @Body() body: CreateGroupDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { account_group: await this.groups.create(body, actor, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('groups:read')
  @ApiOperation({ summary: 'Read an account group' })
  @Answer({ description: 'the group', data: { account_group: GroupDto } })
  @Refusals({ ...COMMON, 404: 'group_not_found' })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const group = await this.groups.one(id);
    reply.header('ETag', etagOf(group.version));
    return { account_group: group };
  }

  @Put(':id')
  @CompanyRoute('groups:write')
  @IfMatchHeader()
  @ApiBody({ type: UpdateGroupDto, examples: { rename: { value: { name: 'Debtors of the branch' } } } })
  @ApiOperation({
    summary: 'Rename or move an account group',
    description: 'What is not sent stays. With `nature` instead of a parent it becomes a primary group.',
  })
  @Answer({ description: 'as it is now', data: { account_group: GroupDto } })
  @Refusals({
    ...COMMON,
    404: 'group_not_found',
    409: 'group_name_taken',
    412: 'stale',
    422: 'reserved, group_not_found, group_cycle, group_nature, group_too_deep',
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateGroupDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { account_group: await this.groups.update(id, body, ifMatch, actor) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('groups:write')
  @ApiOperation({ summary: 'Delete an account group', description: 'Only one that is empty and not seeded.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'group_not_found', 422: 'reserved, group_in_use' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.groups.delete(id, actor);
    return {};
  }
}
