import { type Actor, Answer, CurrentActor, Paged, PlatformRoute, RawAnswer, Refusals } from '@finvera/common';
import type { Operation } from '@finvera/master-data';
import { Controller, Get, HttpCode, type MessageEvent, Param, Post, Query, Sse } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { concatMap, distinctUntilChanged, map, type Observable, takeWhile, timer } from 'rxjs';
import { ListOperationKinds } from './list-operation-kinds.js';
import { ListOperationsQuery, OperationDto, OperationKindDto, toOperationDto } from './operation.dto.js';
import { SteerOperation } from './steer-operation.js';

const LOOK_EVERY_MS = 300;
/** An hour; whoever still watches then connects again. */
const LOOKS_MAX = 12_000;
const SIGNED_OUT = { 401: 'unauthenticated', 403: 'forbidden' };
const unfinished = ({ status }: Operation) => ['queued', 'running', 'undoing'].includes(status);

@ApiTags('Platform: operations')
@Controller('api/admin/operations')
export class OperationsController {
  constructor(
    private readonly steer: SteerOperation,
    private readonly kinds: ListOperationKinds,
  ) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({ summary: 'List operations', description: 'Newest first.' })
  @Answer({ description: 'a page', data: { operations: [OperationDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT })
  async list(@Query() query: ListOperationsQuery) {
    const { operations, total } = await this.steer.list(query);
    return new Paged({ operations: operations.map(toOperationDto) }, { page: query.page, limit: query.limit, total });
  }

  @Get('kinds')
  @PlatformRoute()
  @ApiOperation({
    summary: 'List the kinds of operations',
    description: 'Their steps, and from which step on there is no way back.',
  })
  @Answer({ description: 'all kinds', data: { kinds: [OperationKindDto] } })
  @Refusals(SIGNED_OUT)
  listKinds() {
    return { kinds: this.kinds.run() };
  }

  @Get(':id')
  @PlatformRoute()
  @ApiOperation({ summary: 'Read an operation' })
  @Answer({ description: 'the operation', data: { operation: OperationDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'operation_not_found' })
  async get(@Param('id') id: string) {
    return { operation: toOperationDto(await this.steer.one(id)) };
  }

  @Sse(':id/events')
  @RawAnswer()
  @PlatformRoute()
  @ApiProduces('text/event-stream')
  @ApiOperation({
    summary: 'Watch an operation',
    description: 'Server-sent events: the operation at each change, until it is finished.',
  })
  @Refusals({ ...SIGNED_OUT, 404: 'operation_not_found' })
  async events(@Param('id') id: string): Promise<Observable<MessageEvent>> {
    await this.steer.one(id);
    return timer(0, LOOK_EVERY_MS).pipe(
      takeWhile((look) => look < LOOKS_MAX),
      concatMap(() => this.steer.one(id)),
      distinctUntilChanged(
        (a, b) => a.updatedAt.getTime() === b.updatedAt.getTime() && a.status === b.status && a.step === b.step,
      ),
      takeWhile(unfinished, true),
      map((operation) => ({ type: 'operation', data: toOperationDto(operation) })),
    );
  }

  @Post(':id/retry')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({ summary: 'Try a failed operation again' })
  @Answer({ status: 202, description: 'queued', data: { operation: OperationDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'operation_not_found', 409: 'operation_not_failed, operation_running' })
  async retry(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { operation: toOperationDto(await this.steer.retry(id, actor)) };
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @PlatformRoute()
  @ApiOperation({ summary: 'Cancel an operation that has not begun' })
  @Answer({ status: 202, description: 'being undone', data: { operation: OperationDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'operation_not_found', 409: 'operation_not_queued' })
  async cancel(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { operation: toOperationDto(await this.steer.cancel(id, actor)) };
  }
}
