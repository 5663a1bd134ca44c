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
import { PeriodsDto, UpdatePeriodsDto } from './periods.dto.js';
import { ReadPeriods } from './read-periods.js';
import { UpdatePeriods } from './update-periods.js';

@ApiTags('Company: settings')
@Controller('api/settings/periods')
export class PeriodsController {
  constructor(
    private readonly readPeriods: ReadPeriods,
    private readonly updatePeriods: UpdatePeriods,
  ) {}

  @Get()
  @CompanyRoute('settings:read')
  @ApiOperation({
    summary: 'Read lock date and financial years',
    description: 'The years from the beginning of the books to today, or to the last voucher when it is later.',
  })
  @Answer({ description: 'the periods', data: { periods: PeriodsDto } })
  @Refusals({ 401: 'unauthenticated', 403: 'forbidden, tenant_suspended, tenant_mismatch' })
  get(@Res({ passthrough: true }) reply: FastifyReply) {
    return this.answer(reply);
  }

  @Put()
  @CompanyRoute('periods:write')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Move the lock date',
    description: 'Nothing dated on or before it is created, changed or cancelled. The edit log keeps the reason.',
  })
  @Answer({ description: 'as they are now', data: { periods: PeriodsDto } })
  @Refusals({ 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden', 412: 'stale' })
  async update(
    @Body() body: UpdatePeriodsDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.updatePeriods.setLockDate({ lockDate: body.lock_date, reason: body.reason, ifMatch }, actor);
    return this.answer(reply);
  }

  private async answer(reply: FastifyReply) {
    const periods = await this.readPeriods.read();
    reply.header('ETag', etagOf(periods.version));
    return { periods };
  }
}
