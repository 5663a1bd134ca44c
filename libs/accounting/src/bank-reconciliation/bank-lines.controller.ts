import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  Refusals,
} from '@finvera/common';
import { Body, Controller, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { VoucherDto } from '../vouchers/voucher.dto.js';
import { COMPUTED, mayOverrideLock, RULES } from '../vouchers/voucher-refusals.js';
import { BankDateDto, BankLineDto, IgnoreLineDto, MatchLineDto, VoucherOfLineDto } from './bank-reconciliation.dto.js';
import { MatchLines } from './match-lines.js';
import { VoucherOfLine } from './voucher-of-line.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const OF_A_LINE = { ...COMMON, 404: 'bank_line_not_found' };

/** What is said of one line, or of one entry at the bank. */
@ApiTags('Company: bank reconciliation')
@Controller('api')
export class BankLinesController {
  constructor(
    private readonly matchLines: MatchLines,
    private readonly voucherOfLine: VoucherOfLine,
  ) {}

  @Post('bank-lines/:id/match')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: MatchLineDto, examples: { one: { value: { entry_ids: ['383483921874944'] } } } })
  @ApiOperation({ summary: 'Say which entries a line is', description: 'They add up to the line.' })
  @Answer({ description: 'matched', data: { bank_line: BankLineDto } })
  @Refusals({ ...OF_A_LINE, 409: 'bank_line_matched, entry_matched', 422: 'entry_not_of_bank, match_does_not_add_up' })
  async match(
    @Param('id') id: string,
    @Body() { entry_ids }: MatchLineDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { bank_line: await this.matchLines.match(id, entry_ids, { actor, idempotency }) };
  }

  @Post('bank-lines/:id/voucher')
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({
    type: VoucherOfLineDto,
    examples: { charges: { value: { ledger: 'Bank Charges', remember: 'AMB CHRG' } } },
  })
  @ApiOperation({
    summary: 'Post the voucher that a line has none for',
    description: 'The other side is a ledger, or what a rule says; `remember` makes a rule of it. The two are matched.',
  })
  @Answer({ status: 201, description: 'posted and matched', data: { voucher: VoucherDto, bank_line: BankLineDto } })
  @Refusals({ ...OF_A_LINE, 409: 'bank_line_matched, idempotency_key_reused', 422: `${RULES}, ${COMPUTED}` })
  async post(
    @Param('id') id: string,
    @Body() body: VoucherOfLineDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    const options = { actor, idempotency, mayOverrideLock: mayOverrideLock(user) };
    const { voucher, line } = await this.voucherOfLine.post(id, body, options);
    return { voucher, bank_line: line };
  }

  @Post('bank-lines/:id/ignore')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({
    type: IgnoreLineDto,
    examples: { twice: { value: { reason: 'Booked twice by the bank, and taken back' } } },
  })
  @ApiOperation({
    summary: 'Leave a line out of the books',
    description: 'It stays in the reconciliation, with its reason.',
  })
  @Answer({ description: 'ignored', data: { bank_line: BankLineDto } })
  @Refusals({ ...OF_A_LINE, 409: 'bank_line_matched' })
  async ignore(
    @Param('id') id: string,
    @Body() { reason }: IgnoreLineDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { bank_line: await this.matchLines.ignore(id, reason, { actor, idempotency }) };
  }

  @Post('bank-lines/:id/undo')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiOperation({ summary: 'Take back what was said of a line', description: 'It is open again; vouchers stay.' })
  @Answer({ description: 'open', data: { bank_line: BankLineDto } })
  @Refusals({ ...OF_A_LINE, 409: 'bank_line_open' })
  async undo(
    @Param('id') id: string,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { bank_line: await this.matchLines.undo(id, { actor, idempotency }) };
  }

  @Put('entries/:id/bank-date')
  @CompanyRoute('vouchers:post')
  @ApiBody({ type: BankDateDto, examples: { day: { value: { bank_date: '2026-10-13' } } } })
  @ApiOperation({
    summary: 'Say when the bank booked an entry',
    description: 'By hand, where there is no line; null: not yet.',
  })
  @Answer({ description: 'kept', data: {} })
  @Refusals({ ...COMMON, 404: 'entry_not_found', 409: 'entry_matched' })
  async bankDate(@Param('id') id: string, @Body() { bank_date }: BankDateDto, @CurrentActor() actor: Actor) {
    await this.matchLines.setBankDate(id, bank_date, { actor });
    return {};
  }
}
