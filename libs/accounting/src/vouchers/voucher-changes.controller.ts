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
  IfMatch,
  IfMatchHeader,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AlterVoucher } from './alter-voucher.js';
import { CancelVoucher } from './cancel-voucher.js';
import { DuplicateVoucher } from './duplicate-voucher.js';
import { ChangeMetadata } from './change-metadata.js';
import { DeleteDraft } from './delete-draft.js';
import { DryRunAnswer, DryRunQuery, isDryRun, rehearsed } from './dry-run.js';
import { PostDraft } from './post-draft.js';
import { ReverseVoucher } from './reverse-voucher.js';
import {
  CancelVoucherDto,
  DuplicateVoucherDto,
  MetadataDto,
  PostDraftDto,
  ReverseVoucherDto,
  UpdateVoucherDto,
  VoucherDto,
} from './voucher.dto.js';
import { UPDATE_EXAMPLES } from './voucher-examples.js';
import { COMMON, mayApprove, mayOverrideLock, RULES } from './voucher-refusals.js';

/** What happens to a voucher after it was stored. */
@ApiTags('Company: vouchers')
@Controller('api/vouchers')
export class VoucherChangesController {
  constructor(
    private readonly alterVoucher: AlterVoucher,
    private readonly postDraft: PostDraft,
    private readonly cancelVoucher: CancelVoucher,
    private readonly reverseVoucher: ReverseVoucher,
    private readonly deleteDraft: DeleteDraft,
    private readonly duplicateVoucher: DuplicateVoucher,
    private readonly changeMetadata: ChangeMetadata,
  ) {}

  @Put(':id')
  @CompanyRoute('vouchers:post')
  @IfMatchHeader()
  @ApiBody({ type: UpdateVoucherDto, examples: UPDATE_EXAMPLES })
  @ApiOperation({
    summary: 'Replace a draft, or alter a posted voucher',
    description: 'An alteration is a new version with the same id and number; the edit log keeps both.',
  })
  @Answer({ description: 'as it is now', data: { voucher: VoucherDto } })
  @Refusals({
    ...COMMON,
    404: 'voucher_not_found',
    409: 'voucher_already_cancelled, voucher_submitted, voucher_number_taken, bill_name_taken',
    412: 'stale',
    422: `${RULES}, voucher_type_fixed, voucher_number_period, approval_required`,
  })
  async update(
    @Param('id') id: string,
    @Query() query: DryRunQuery,
    @Body() body: UpdateVoucherDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
  ) {
    return {
      voucher: await this.alterVoucher.alter(id, body, {
        actor,
        ifMatch,
        dryRun: isDryRun(query),
        mayOverrideLock: mayOverrideLock(user),
        mayApprove: mayApprove(user, actor),
      }),
    };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Delete a draft' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'voucher_not_found', 409: 'voucher_submitted', 412: 'stale', 422: 'voucher_posted' })
  async delete(@Param('id') id: string, @IfMatch() ifMatch: string | undefined, @CurrentActor() actor: Actor) {
    await this.deleteDraft.delete(id, { actor, ifMatch, mayOverrideLock: false });
    return {};
  }

  @Post(':id/post')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: PostDraftDto, required: false, examples: { plain: { value: {} } } })
  @ApiOperation({
    summary: 'Post a draft',
    description:
      'Everything is checked again; it gets its number now. Where an approval rule asks for a second person it is `submitted` instead.',
  })
  @Answer({ description: 'posted or submitted', data: { voucher: VoucherDto } })
  @Refusals({ ...COMMON, 404: 'voucher_not_found', 409: 'voucher_not_draft, bill_name_taken', 422: RULES })
  async post(
    @Param('id') id: string,
    @Query() query: DryRunQuery,
    @Body() body: PostDraftDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return {
      voucher: await this.postDraft.post(id, body, {
        actor,
        idempotency,
        dryRun: isDryRun(query),
        mayOverrideLock: mayOverrideLock(user),
      }),
    };
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @CompanyRoute('vouchers:cancel')
  @IfMatchHeader()
  @IdempotencyKeyHeader()
  @ApiBody({ type: CancelVoucherDto, examples: { twice: { value: { reason: 'Entered twice' } } } })
  @ApiOperation({
    summary: 'Cancel a voucher',
    description: 'It keeps its number and stays visible; its entries leave the books.',
  })
  @Answer({ description: 'cancelled', data: { voucher: VoucherDto } })
  @Refusals({
    ...COMMON,
    404: 'voucher_not_found',
    409: 'voucher_already_cancelled, voucher_not_posted',
    412: 'stale',
    422: 'period_locked, year_closed',
  })
  async cancel(
    @Param('id') id: string,
    @Query() query: DryRunQuery,
    @Body() body: CancelVoucherDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return {
      voucher: await this.cancelVoucher.cancel(id, body, {
        actor,
        ifMatch,
        idempotency,
        dryRun: isDryRun(query),
        mayOverrideLock: mayOverrideLock(user),
      }),
    };
  }

  @Post(':id/reverse')
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: ReverseVoucherDto, examples: { returned: { value: { reason: 'Goods returned' } } } })
  @ApiOperation({
    summary: 'Reverse a voucher',
    description: 'Posts a new one with the sides swapped, on the original’s date or another.',
  })
  @Answer({ status: 201, description: 'the reversal', data: { voucher: VoucherDto } })
  @Refusals({
    ...COMMON,
    404: 'voucher_not_found',
    409: 'voucher_already_cancelled, voucher_already_reversed, voucher_not_posted',
    422: `${RULES}, voucher_moves_stock`,
  })
  @DryRunAnswer({ voucher: { id: null, number: '18', status: 'posted' } })
  async reverse(
    @Param('id') id: string,
    @Query() query: DryRunQuery,
    @Body() body: ReverseVoucherDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const dryRun = isDryRun(query);
    const voucher = await this.reverseVoucher.reverse(id, body, {
      actor,
      idempotency,
      dryRun,
      mayOverrideLock: mayOverrideLock(user),
    });
    return dryRun ? { dry_run: true, voucher: rehearsed(reply, [voucher])[0] } : { voucher };
  }

  @Post(':id/duplicate')
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: DuplicateVoucherDto, required: false, examples: { draft: { value: {} } } })
  @ApiOperation({
    summary: 'Duplicate a voucher',
    description:
      'A new one, by default a draft of today, with the entries of the old one. Number, reference and bill references are not copied.',
  })
  @Answer({ status: 201, description: 'the new one', data: { voucher: VoucherDto } })
  @Refusals({ ...COMMON, 404: 'voucher_not_found', 409: 'idempotency_key_reused', 422: RULES })
  async duplicate(
    @Param('id') id: string,
    @Body() body: DuplicateVoucherDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    const options = { actor, idempotency, mayOverrideLock: mayOverrideLock(user) };
    return { voucher: await this.duplicateVoucher.duplicate(id, body ?? {}, options) };
  }

  @Put(':id/metadata')
  @CompanyRoute('vouchers:post')
  @ApiBody({ type: MetadataDto, examples: { order: { value: { metadata: { order_id: 'A-17', channel: 'web' } } } } })
  @ApiOperation({
    summary: 'Replace the metadata of a voucher',
    description: 'Also of a posted one and in a locked period: it is nothing of the books. The edit log has it.',
  })
  @Answer({ description: 'as it is now', data: { voucher: VoucherDto } })
  @Refusals({ ...COMMON, 404: 'voucher_not_found', 409: 'voucher_already_cancelled' })
  async replaceMetadata(@Param('id') id: string, @Body() body: MetadataDto, @CurrentActor() actor: Actor) {
    const options = { actor, mayOverrideLock: false };
    return { voucher: await this.changeMetadata.change(id, body.metadata ?? null, options) };
  }
}
