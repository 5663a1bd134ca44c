import { type Actor, Answer, CurrentActor, Paged, PlatformRoute, Refusals } from '@finvera/common';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { OperationDto, toOperationDto } from '../operations/operation.dto.js';
import { FindRollouts } from './find-rollouts.js';
import { RolloutPlanDto, toPlanDto } from './plan.dto.js';
import { PlanRollout } from './plan-rollout.js';
import { RehearseMigration } from './rehearse-migration.operation.js';
import {
  LaggardDto,
  RolloutDto,
  RolloutTenantDto,
  toLaggardDto,
  toRolloutDto,
  toRolloutTenantDto,
} from './rollout.dto.js';
import {
  CreateRolloutDto,
  ListLaggardsQuery,
  ListRolloutsQuery,
  ListRolloutTenantsQuery,
  newRolloutOf,
  RehearseDto,
  RollbackRolloutDto,
  SkipTenantDto,
} from './rollout-requests.dto.js';
import { StartRollout } from './start-rollout.js';
import { SteerRollout } from './steer-rollout.js';

const SIGNED_OUT = { 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Platform: rollouts')
@Controller('api/admin/rollouts')
export class RolloutsController {
  constructor(
    private readonly startRollout: StartRollout,
    private readonly planRollout: PlanRollout,
    private readonly findRollouts: FindRollouts,
    private readonly steer: SteerRollout,
    private readonly rehearsal: RehearseMigration,
  ) {}

  @Post()
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Migrate the fleet',
    description:
      'Starts a rollout of the tenant schema over all companies that are behind, in waves; workers do it. With `dry_run` it answers 200 with the plan and changes nothing. With nobody behind the rollout has succeeded at once.',
  })
  @Answer({ status: 202, description: 'started', data: { rollout: RolloutDto } })
  @Answer({ status: 200, description: 'the plan (`dry_run`)', data: { plan: RolloutPlanDto } })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 404: 'tenant_not_found', 409: 'rollout_running' })
  async create(
    @Body() body: CreateRolloutDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const request = newRolloutOf(body);
    if (body?.dry_run) {
      reply.status(200);
      return { plan: toPlanDto(await this.planRollout.plan(request)) };
    }
    return this.answer((await this.startRollout.start(request, actor)).id);
  }

  @Get()
  @PlatformRoute()
  @ApiOperation({ summary: 'List rollouts', description: 'Newest first.' })
  @Answer({ description: 'a page', data: { rollouts: [RolloutDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT })
  async list(@Query() query: ListRolloutsQuery) {
    const { rollouts, total } = await this.findRollouts.list(query);
    return new Paged({ rollouts: rollouts.map(toRolloutDto) }, { page: query.page, limit: query.limit, total });
  }

  @Get('laggards')
  @PlatformRoute()
  @ApiOperation({
    summary: 'List companies that are behind',
    description: 'Since when, and why; the oldest schema first.',
  })
  @Answer({ description: 'a page', data: { laggards: [LaggardDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT })
  async laggards(@Query() query: ListLaggardsQuery) {
    const { laggards, total } = await this.findRollouts.laggards({ ...query, target: query.target_version });
    return new Paged({ laggards: laggards.map(toLaggardDto) }, { page: query.page, limit: query.limit, total });
  }

  @Post('rehearsals')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Rehearse a migration',
    description:
      'Copies one company’s database on its server, migrates the copy, times every statement and drops it. The operation’s `result` has the times.',
  })
  @Answer({ status: 202, description: 'started', data: { operation: OperationDto } })
  @Refusals({
    400: 'validation_failed',
    ...SIGNED_OUT,
    404: 'tenant_not_found',
    409: 'operation_running, tenant_status',
  })
  async rehearse(@Body() body: RehearseDto, @CurrentActor() actor: Actor) {
    const { of_tenant, target_version, allow_locking = false } = body;
    return { operation: toOperationDto(await this.rehearsal.start(of_tenant, target_version, allow_locking, actor)) };
  }

  @Get(':id')
  @PlatformRoute()
  @ApiOperation({ summary: 'Read a rollout' })
  @Answer({ description: 'the rollout', data: { rollout: RolloutDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'rollout_not_found' })
  get(@Param('id') id: string) {
    return this.answer(id);
  }

  @Get(':id/tenants')
  @PlatformRoute()
  @ApiOperation({
    summary: 'List the companies of a rollout',
    description: 'Each with its state, versions, attempts and error.',
  })
  @Answer({ description: 'a page', data: { tenants: [RolloutTenantDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 404: 'rollout_not_found' })
  async tenants(@Param('id') id: string, @Query() query: ListRolloutTenantsQuery) {
    const { tenants, total } = await this.findRollouts.tenants(id, query);
    return new Paged({ tenants: tenants.map(toRolloutTenantDto) }, { page: query.page, limit: query.limit, total });
  }

  @Post(':id/pause')
  @HttpCode(200)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Pause a rollout',
    description: 'Companies that are being migrated are finished; no other is begun.',
  })
  @Answer({ description: 'as it is now', data: { rollout: RolloutDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'rollout_not_found', 409: 'rollout_status' })
  async pause(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return this.answer((await this.steer.pause(id, actor)).id);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Go on with a rollout',
    description: 'After a pause or a stop; failures so far no longer count.',
  })
  @Answer({ description: 'as it is now', data: { rollout: RolloutDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'rollout_not_found', 409: 'rollout_status' })
  async resume(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return this.answer((await this.steer.resume(id, actor)).id);
  }

  @Post(':id/rollback')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Roll a rollout back',
    description: 'Takes back what was migrated, one wave or all. Columns that a contract dropped come back empty.',
  })
  @Answer({ status: 202, description: 'started', data: { rollout: RolloutDto } })
  @Refusals({
    400: 'validation_failed',
    ...SIGNED_OUT,
    404: 'rollout_not_found',
    409: 'rollout_status, rollout_running, rollback_below_minimum',
  })
  async rollback(@Param('id') id: string, @Body() body: RollbackRolloutDto, @CurrentActor() actor: Actor) {
    return this.answer((await this.steer.rollback(id, body?.wave, actor)).id);
  }

  @Post(':id/tenants/:tenantId/resolve')
  @HttpCode(200)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Say that a company’s failure is mended',
    description: 'Its turn comes again; before that it is not tried.',
  })
  @Answer({ description: 'as it is now', data: { rollout: RolloutDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'rollout_not_found, rollout_tenant_not_found', 409: 'rollout_tenant_status' })
  async resolve(@Param('id') id: string, @Param('tenantId') tenantId: string, @CurrentActor() actor: Actor) {
    return this.answer((await this.steer.resolve(id, tenantId, actor)).id);
  }

  @Post(':id/tenants/:tenantId/skip')
  @HttpCode(200)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Leave a company out of a rollout',
    description: 'One that waits; `resolve` brings it back.',
  })
  @Answer({ description: 'as it is now', data: { rollout: RolloutDto } })
  @Refusals({
    400: 'validation_failed',
    ...SIGNED_OUT,
    404: 'rollout_not_found, rollout_tenant_not_found',
    409: 'rollout_tenant_status',
  })
  async skip(
    @Param('id') id: string,
    @Param('tenantId') tenantId: string,
    @Body() body: SkipTenantDto,
    @CurrentActor() actor: Actor,
  ) {
    return this.answer((await this.steer.skip(id, tenantId, body.reason, actor)).id);
  }

  private async answer(id: string) {
    return { rollout: toRolloutDto(await this.findRollouts.one(id)) };
  }
}
