import { type Actor, Answer, CurrentActor, malformed, PlatformRoute, Refusals } from '@finvera/common';
import { Body, Controller, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { PassThrough } from 'node:stream';
import {
  ChangeManyDto,
  ChangeManyResultDto,
  CreateManyDto,
  CreateManyQuery,
  CreateManySummaryDto,
  REQUEST_ROWS_MAX,
  RowResultDto,
} from './bulk.dto.js';
import { CreateManyTenants, type RowResult } from './create-many-tenants.js';
import { parseRows } from './parse-rows.js';
import { summaryOf } from './summary.js';
import { type BulkChange, SuspendMany } from './suspend-many.js';

const LINES = 'application/x-ndjson';
const SIGNED_OUT = { 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' };

@ApiTags('Platform: companies')
@Controller('api/admin/tenants/bulk')
export class BulkController {
  constructor(
    private readonly createMany: CreateManyTenants,
    private readonly suspendMany: SuspendMany,
  ) {}

  @Post()
  @HttpCode(200)
  @PlatformRoute()
  @ApiConsumes('application/json', 'text/csv', LINES)
  @ApiBody({ type: CreateManyDto })
  @ApiOperation({
    summary: 'Create many companies',
    description: `Up to ${REQUEST_ROWS_MAX} rows as JSON, as a CSV table with a heading, or as JSON lines; the fields are those of a single creation, with an \`idempotency_key\` of the row if you like. Every row is checked before the first company is made; then each has its own result, and one that fails leaves nothing and stops no other. The same rows again give the first answers again: a request that broke off is simply repeated. With \`Accept: ${LINES}\` each result is sent when it is there, and a summary at the end; when the client goes away, no further row is begun.`,
  })
  @Answer({ description: 'a result per row', data: { results: [RowResultDto], summary: CreateManySummaryDto } })
  @Refusals({ 400: 'validation_failed, rows_invalid', ...SIGNED_OUT, 413: 'body_too_large' })
  async create(
    @Body() body: unknown,
    @Query() query: CreateManyQuery,
    @Headers('content-type') type: string | undefined,
    @Headers('accept') accept: string | undefined,
    @CurrentActor() actor: Actor,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const rows = rowsOf(body, type);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const options = { dryRun: query.dry_run === 'true', signal: gone.signal };
    if (accept?.includes(LINES)) return this.stream(rows, actor, options, reply);
    const results = await this.createMany.run(rows, actor, options);
    reply.status(200).send({ success: true, data: { results, summary: summaryOf(results) } });
  }

  @Post('suspend')
  @HttpCode(200)
  @PlatformRoute()
  @ApiOperation({
    summary: 'Suspend many companies',
    description:
      'Those named, or all active ones that plan and search find (`all` for every one). Effective on all processes within a second; open requests finish. Whoever an operation is at work on is skipped and named. Try it with `dry_run` first; `expected_count` guards against a filter that finds others than you think.',
  })
  @Answer({ description: 'which were changed', data: { result: ChangeManyResultDto } })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 409: 'tenants_count_differs' })
  suspend(@Body() body: ChangeManyDto, @CurrentActor() actor: Actor) {
    return this.change('suspend', body, actor);
  }

  @Post('reactivate')
  @HttpCode(200)
  @PlatformRoute()
  @ApiOperation({ summary: 'Reactivate many suspended companies', description: 'Chosen as for suspension.' })
  @Answer({ description: 'which were changed', data: { result: ChangeManyResultDto } })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 409: 'tenants_count_differs' })
  reactivate(@Body() body: ChangeManyDto, @CurrentActor() actor: Actor) {
    return this.change('reactivate', body, actor);
  }

  private async change(change: BulkChange, body: ChangeManyDto, actor: Actor) {
    const { expected_count: expected, dry_run: dryRun, ...selection } = body;
    return { result: await this.suspendMany.run({ ...selection, change, expected, dryRun }, actor) };
  }

  private async stream(
    rows: object[],
    actor: Actor,
    options: { dryRun: boolean; signal: AbortSignal },
    reply: FastifyReply,
  ): Promise<void> {
    const lines = new PassThrough();
    let begun = false;
    const onResult = (result: RowResult) => {
      if (!begun) void reply.status(200).type(LINES).send(lines);
      begun = true;
      lines.write(`${JSON.stringify(result)}\n`);
    };
    const results = await this.createMany.run(rows, actor, { ...options, onResult });
    lines.end(`${JSON.stringify({ summary: summaryOf(results) })}\n`);
  }
}

function rowsOf(body: unknown, type = ''): object[] {
  const rows =
    typeof body === 'string' ? parseRows(body, type.startsWith('text/csv') ? 'csv' : 'jsonl') : tenantsOf(body);
  if (rows.length > REQUEST_ROWS_MAX)
    throw malformed(
      `At most ${REQUEST_ROWS_MAX} rows go in one request; send more with: finvera tenants create --from <file>`,
      undefined,
      'rows_invalid',
    );
  return rows;
}

function tenantsOf(body: unknown): object[] {
  const { tenants } = (body ?? {}) as { tenants?: unknown };
  if (Array.isArray(tenants)) return tenants as object[];
  throw malformed('tenants must be a list of companies', [
    { field: 'tenants', message: 'must be a list of companies' },
  ]);
}
