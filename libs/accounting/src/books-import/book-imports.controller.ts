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
  malformed,
  Paged,
  PageQuery,
  Refusals,
} from '@finvera/common';
import { createHash } from 'node:crypto';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DryRunAnswer, isDryRun } from '../vouchers/dry-run.js';
import {
  BookImportDto,
  ChangeImportDto,
  ImportRowDto,
  ListImportRowsQuery,
  ReconciliationQuery,
  RunImportDto,
  UndoImportDto,
  UploadQuery,
} from './book-import.dto.js';
import { ReconciliationDto } from './reconciliation.dto.js';
import { ReadImports } from './read-imports.js';
import { ReconcileImport } from './reconcile-import.js';
import { StageImport } from './stage-import.js';
import { StartImport } from './start-import.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const ONE = { ...COMMON, 404: 'import_not_found' };
const TALLY = `<ENVELOPE><BODY><IMPORTDATA><REQUESTDATA>
<TALLYMESSAGE><LEDGER NAME="Rent"><PARENT>Indirect Expenses</PARENT></LEDGER></TALLYMESSAGE>
</REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>`;

/** Books of another program: a file is looked at, imported, reconciled, and taken back if need be. */
@ApiTags('Company: imports')
@Controller('api/imports')
export class BookImportsController {
  constructor(
    private readonly stageImport: StageImport,
    private readonly startImport: StartImport,
    private readonly readImports: ReadImports,
    private readonly reconcile: ReconcileImport,
  ) {}

  @Post()
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiConsumes(
    'application/xml',
    'text/csv',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/octet-stream',
  )
  @ApiBody({ schema: { type: 'string', format: 'binary' }, examples: { tally: { value: TALLY } } })
  @ApiOperation({
    summary: 'Upload a file of books',
    description:
      'The file itself is the body: XML as Tally exports it (masters, vouchers or both, in UTF-8 or UTF-16), or a table as CSV or XLSX; up to 50 MiB. Answers what would become of it, row by row; the books stay as they are until the import is run.',
  })
  @Answer({ status: 201, description: 'the preview', data: { import: BookImportDto } })
  @Refusals({ ...COMMON, 409: 'idempotency_key_reused, too_many_imports', 413: 'body_too_large' })
  @DryRunAnswer({ import: { id: null, counts: { voucher: { ready: 2 } } } })
  async upload(
    @Body() file: Buffer,
    @Query() query: UploadQuery,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (!Buffer.isBuffer(file) || file.length === 0)
      throw malformed(
        'Send the file itself as the body, with Content-Type: application/xml, text/csv or application/octet-stream.',
      );
    const { dry_run: _dryRun, file_name = '', format, ...options } = query;
    const dryRun = isDryRun(query);
    // a hash stands for the file: it may have fifty million bytes
    const hash = createHash('sha256').update(file).digest('hex');
    const staged = await this.stageImport.upload(
      { bytes: file, fileName: file_name, format, options: defined(options) },
      { actor, dryRun, idempotency: idempotency && { ...idempotency, body: { ...query, hash } } },
    );
    if (!dryRun) return { import: staged };
    reply.status(200);
    return { dry_run: true, import: { ...staged, id: null } };
  }

  @Get()
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'List imports', description: 'The latest first.' })
  @Answer({ description: 'a page', data: { imports: [BookImportDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: PageQuery) {
    const { imports, total } = await this.readImports.list(query);
    return new Paged({ imports }, { page: query.page, limit: query.limit, total });
  }

  @Get(':id')
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'Read an import', description: 'With its progress. One whose process is gone goes on.' })
  @Answer({ description: 'the import', data: { import: BookImportDto } })
  @Refusals(ONE)
  async one(@Param('id') id: string) {
    return { import: await this.readImports.one(id) };
  }

  @Get(':id/rows')
  @CompanyRoute('vouchers:read')
  @ApiOperation({
    summary: 'List the rows of an import',
    description:
      'What becomes of each thing in the file, with its line and, where it is refused, the element and the reason.',
  })
  @Answer({ description: 'a page', data: { rows: [ImportRowDto] }, meta: 'page' })
  @Refusals(ONE)
  async rows(@Param('id') id: string, @Query() query: ListImportRowsQuery) {
    const { rows, total } = await this.readImports.rows(id, query);
    return new Paged({ rows }, { page: query.page, limit: query.limit, total });
  }

  @Put(':id')
  @CompanyRoute('vouchers:post')
  @ApiBody({
    type: ChangeImportDto,
    examples: { names: { value: { names: { ledgers: { 'HDFC Bank Ltd': 'HDFC Bank' } } } } },
  })
  @ApiOperation({
    summary: 'Change how a file is imported',
    description: 'The file is read again; answers the new preview.',
  })
  @Answer({ description: 'the preview', data: { import: BookImportDto } })
  @Refusals({ ...ONE, 409: 'import_has_run' })
  async change(@Param('id') id: string, @Body() body: ChangeImportDto, @CurrentActor() actor: Actor) {
    return { import: await this.stageImport.change(id, defined(body), { actor }) };
  }

  @Post(':id/run')
  @HttpCode(202)
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: RunImportDto, required: false, examples: { as_chosen: { value: {} } } })
  @ApiOperation({
    summary: 'Import',
    description:
      'Goes on beside the requests, also after a crash; look at the import until it has succeeded or failed.',
  })
  @Answer({ status: 202, description: 'begun', data: { import: BookImportDto } })
  @Refusals({ ...ONE, 409: 'import_has_run, idempotency_key_reused', 422: 'import_has_errors, import_too_large' })
  async run(
    @Param('id') id: string,
    @Body() body: RunImportDto | undefined,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { import: await this.startImport.run(id, body ?? {}, { user, actor, idempotency }) };
  }

  @Post(':id/undo')
  @HttpCode(202)
  @CompanyRoute('vouchers:cancel')
  @IdempotencyKeyHeader()
  @ApiBody({ type: UndoImportDto, examples: { wrong: { value: { reason: 'the wrong year was exported' } } } })
  @ApiOperation({
    summary: 'Undo an import',
    description:
      'Its vouchers are cancelled, drafts deleted, openings taken away, masters deleted; ledgers that cancelled vouchers name stay, inactive. What cannot be taken back (a locked period) is marked `kept`, with the reason; undo again when that is mended.',
  })
  @Answer({ status: 202, description: 'begun', data: { import: BookImportDto } })
  @Refusals({ ...ONE, 409: 'import_has_not_run, idempotency_key_reused' })
  async undo(
    @Param('id') id: string,
    @Body() body: UndoImportDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { import: await this.startImport.undo(id, body, { user, actor, idempotency }) };
  }

  @Get(':id/reconciliation')
  @CompanyRoute('reports:read')
  @ApiOperation({
    summary: 'Reconcile an import',
    description: 'The trial balance of the file beside what of it is in the books; the ledgers that differ.',
  })
  @Answer({ description: 'file and books', data: { reconciliation: ReconciliationDto } })
  @Refusals(ONE)
  async reconciliation(@Param('id') id: string, @Query() { all }: ReconciliationQuery) {
    return { reconciliation: await this.reconcile.of(id, { all: all === 'true' }) };
  }

  @Delete(':id')
  @CompanyRoute('vouchers:post')
  @ApiOperation({ summary: 'Throw a file away', description: 'Of an import that has not run.' })
  @Answer({ description: 'gone', data: {} })
  @Refusals({ ...ONE, 409: 'import_has_run' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.startImport.delete(id, actor);
  }
}

/** What was sent. */
const defined = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
