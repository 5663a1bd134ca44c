import {
  type Actor,
  Answer,
  CompanyRoute,
  CurrentActor,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  Refusals,
} from '@finvera/common';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { PeriodsDto } from '../periods/periods.dto.js';
import { ReadPeriods } from '../periods/read-periods.js';
import { CloseYear } from './close-year.js';
import { ReopenYear } from './reopen-year.js';
import { CloseYearDto, ReopenYearDto } from './year-end.dto.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden', 404: 'financial_year_not_found' };
const START = { name: 'start_date', example: '2025-04-01', description: 'first day of the financial year' };

@ApiTags('Company: settings')
@Controller('api/settings/periods')
export class YearEndController {
  constructor(
    private readonly closeYear: CloseYear,
    private readonly reopenYear: ReopenYear,
    private readonly readPeriods: ReadPeriods,
  ) {}

  @Post(':start_date/close')
  @HttpCode(200)
  @CompanyRoute('periods:write')
  @IdempotencyKeyHeader()
  @ApiParam(START)
  @ApiBody({ type: CloseYearDto, required: false, examples: { plain: { value: {} } } })
  @ApiOperation({
    summary: 'Close a financial year',
    description:
      'A closing voucher on its last day brings income and expense to *Profit & Loss A/c*, or to the equity ledger that is named. Nothing up to that day is changed any more, with no exception. Years are closed in their order, each after it has ended.',
  })
  @Answer({ description: 'the periods as they are now', data: { periods: PeriodsDto } })
  @Refusals({
    ...COMMON,
    409: 'year_already_closed',
    422: 'year_not_over, earlier_year_open, ledger_not_found, ledger_not_equity',
  })
  async close(
    @Param('start_date') start: string,
    @Body() body: CloseYearDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    const { transfer_to_ledger_id: transferToLedgerId, reason } = body;
    await this.closeYear.close({ start, transferToLedgerId, reason, idempotency }, actor);
    return { periods: await this.readPeriods.read() };
  }

  @Post(':start_date/reopen')
  @HttpCode(200)
  @CompanyRoute('periods:write')
  @IdempotencyKeyHeader()
  @ApiParam(START)
  @ApiBody({ type: ReopenYearDto, examples: { auditor: { value: { reason: 'The auditor found an invoice' } } } })
  @ApiOperation({
    summary: 'Reopen a financial year',
    description:
      'The closing voucher is cancelled; all figures are as before the closing. The last closed year goes first.',
  })
  @Answer({ description: 'the periods as they are now', data: { periods: PeriodsDto } })
  @Refusals({ ...COMMON, 409: 'year_not_closed', 422: 'later_year_closed' })
  async reopen(
    @Param('start_date') start: string,
    @Body() body: ReopenYearDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    await this.reopenYear.reopen({ start, reason: body.reason, idempotency }, actor);
    return { periods: await this.readPeriods.read() };
  }
}
