import { type Actor, Answer, CurrentActor, Paged, PlatformRoute, Refusals } from '@finvera/common';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ListSchedules } from './list-schedules.js';
import { RequestRun } from './request-run.js';
import { ListScheduleRunsQuery, ScheduleDto, ScheduleRunDto, toScheduleDto, toScheduleRunDto } from './schedule.dto.js';

const SIGNED_OUT = { 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' };

@ApiTags('Platform: schedules')
@Controller('api/admin/schedules')
export class SchedulesController {
  constructor(
    private readonly schedules: ListSchedules,
    private readonly requestRun: RequestRun,
  ) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({
    summary: 'List schedules',
    description: 'All of them, with how each went last and when it is next due.',
  })
  @Answer({ description: 'the schedules', data: { schedules: [ScheduleDto] } })
  @Refusals(SIGNED_OUT)
  async list() {
    return { schedules: (await this.schedules.list()).map(toScheduleDto) };
  }

  @Get(':name/runs')
  @PlatformRoute()
  @ApiOperation({
    summary: 'List runs of a schedule',
    description: 'Newest first, as long as `SCHEDULE_RUNS_KEEP_DAYS` keeps them.',
  })
  @Answer({ description: 'a page', data: { runs: [ScheduleRunDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 404: 'schedule_not_found' })
  async runs(@Param('name') name: string, @Query() query: ListScheduleRunsQuery) {
    const { runs, total } = await this.schedules.runsOf(name, query);
    return new Paged({ runs: runs.map(toScheduleRunDto) }, { page: query.page, limit: query.limit, total });
  }

  @Get(':name/runs/:id')
  @PlatformRoute()
  @ApiOperation({ summary: 'Read a run of a schedule' })
  @Answer({ description: 'the run', data: { run: ScheduleRunDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'schedule_run_not_found' })
  async get(@Param('name') name: string, @Param('id') id: string) {
    return { run: toScheduleRunDto(await this.schedules.one(name, id)) };
  }

  @Post(':name/run')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Run a schedule now',
    description: 'A worker begins within a second. When a run of it waits already, that one is answered.',
  })
  @Answer({ status: 202, description: 'queued', data: { run: ScheduleRunDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'schedule_not_found' })
  async run(@Param('name') name: string, @CurrentActor() actor: Actor) {
    return { run: toScheduleRunDto(await this.requestRun.request(name, actor)) };
  }
}
