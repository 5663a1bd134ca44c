import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
  type FinveraRequest,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  malformed,
  notFound,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type {} from '@fastify/multipart';
import type { FastifyReply } from 'fastify';
import { ReadVouchers } from '../vouchers/read-vouchers.js';
import { COMMON, mayOverrideLock } from '../vouchers/voucher-refusals.js';
import { AttachmentDto, RemoveAttachmentDto } from './attachment.dto.js';
import { AttachFile } from './attach-file.js';
import { AttachmentStore } from './attachment-store.js';
import { dispositionOf } from './file-name.js';
import { RemoveAttachment } from './remove-attachment.js';
import { brokenOff } from './take-in.js';

/** The parser's own refusals have a status (413: too many parts); anything else says that the body is not what it claims. */
function refuseUpload(error: unknown): never {
  const { statusCode } = error as { statusCode?: number };
  throw statusCode !== undefined && statusCode < 500 ? error : brokenOff();
}

const NOT_THERE = 'voucher_not_found, attachment_not_found';

/** Files beside vouchers. */
@ApiTags('Company: attachments')
@Controller('api/vouchers/:id/attachments')
export class AttachmentsController {
  constructor(
    private readonly attachFile: AttachFile,
    private readonly attachments: AttachmentStore,
    private readonly removeAttachment: RemoveAttachment,
    private readonly vouchers: ReadVouchers,
  ) {}

  @Get()
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'List the attachments of a voucher' })
  @Answer({ description: 'all of them', data: { attachments: [AttachmentDto] } })
  @Refusals({ ...COMMON, 404: 'voucher_not_found' })
  async list(@Param('id') id: string) {
    await this.vouchers.one(id);
    return { attachments: await this.attachments.ofVoucher(id) };
  }

  @Post()
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @ApiOperation({
    summary: 'Attach a file to a voucher',
    description:
      'One file as multipart/form-data. What it is is told by its content: PDF, pictures, sheets and documents, XML, CSV, JSON, plain text. Also to a posted voucher and in a locked period: it is nothing of the books. The edit log has it.',
  })
  @Answer({ status: 201, description: 'kept', data: { attachment: AttachmentDto } })
  @Refusals({
    ...COMMON,
    400: 'validation_failed, upload_broken_off',
    404: 'voucher_not_found',
    409: 'voucher_already_cancelled, idempotency_key_reused',
    413: 'attachment_too_large',
    422: 'too_many_attachments, attachment_empty, attachment_type_not_allowed',
    503: 'object_store_unavailable',
  })
  async attach(
    @Param('id') id: string,
    @Req() request: FinveraRequest,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    const file = request.isMultipart() ? await request.file().catch(refuseUpload) : undefined;
    if (!file) throw malformed('Send one file as multipart/form-data.', [{ field: 'file', message: 'is required' }]);
    const attachment = await this.attachFile.attach(
      id,
      { name: file.filename ?? '', content: file.file },
      { actor, idempotency },
    );
    return { attachment };
  }

  @Get(':attachment_id')
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'Read what an attachment is' })
  @Answer({ description: 'the attachment', data: { attachment: AttachmentDto } })
  @Refusals({ ...COMMON, 404: 'attachment_not_found' })
  async get(@Param('id') id: string, @Param('attachment_id') attachmentId: string) {
    return { attachment: await this.attachments.one(id, attachmentId) };
  }

  @Get(':attachment_id/content')
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'Download an attachment' })
  @ApiResponse({ status: 200, description: 'the file as it was sent', content: { 'application/octet-stream': {} } })
  @Refusals({ ...COMMON, 404: 'attachment_not_found, attachment_content_missing', 503: 'object_store_unavailable' })
  async content(
    @Param('id') id: string,
    @Param('attachment_id') attachmentId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, content_type, size_bytes, sha256 } = await this.attachments.one(id, attachmentId);
    const content = await this.attachments.objects.get(this.attachments.keyOf(attachmentId));
    if (!content) throw notFound('content of the attachment', attachmentId, 'attachment_content_missing');
    reply.headers({
      // whatever somebody sent, no browser runs it in the name of this host
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'private, no-cache',
      ETag: `"${sha256}"`,
    });
    return new StreamableFile(content, { type: content_type, disposition: dispositionOf(name), length: size_bytes });
  }

  @Delete(':attachment_id')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @ApiBody({ type: RemoveAttachmentDto, examples: { wrong: { value: { reason: 'Belongs to another voucher' } } } })
  @ApiOperation({
    summary: 'Remove an attachment',
    description: 'The edit log keeps what it was (name, size, sha256) and why it was removed.',
  })
  @Answer({ description: 'removed', data: {} })
  @Refusals({ ...COMMON, 404: NOT_THERE, 422: 'period_locked, year_closed' })
  async remove(
    @Param('id') id: string,
    @Param('attachment_id') attachmentId: string,
    @Body() body: RemoveAttachmentDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
  ) {
    await this.removeAttachment.remove(id, attachmentId, body ?? {}, { actor, mayOverrideLock: mayOverrideLock(user) });
    return {};
  }
}
