import {
  type Actor,
  Answer,
  CompanyRoute,
  CurrentActor,
  etagOf,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  IfMatch,
  IfMatchHeader,
  Paged,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CreateLedgerDto, LedgerDto, ListLedgersQuery, UpdateLedgerDto } from './ledger.dto.js';
import { ManageLedgers } from './manage-ledgers.js';
import { ReadLedgers } from './read-ledgers.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

const EXAMPLES = {
  customer: { value: { name: 'Sharma Traders', group: 'Sundry Debtors', bill_by_bill: true, credit_days: 30 } },
  income: { value: { name: 'Sales', group: 'Sales Accounts' } },
  bank: {
    value: {
      name: 'HDFC Bank',
      group: 'Bank Accounts',
      code: 'B-001',
      opening_balance: { amount: '50000.00', side: 'debit' },
    },
  },
};
const CHANGE_EXAMPLES = {
  opening: { value: { opening_balance: { amount: '62500.00', side: 'debit' } } },
  retire: { value: { is_active: false } },
};

@ApiTags('Company: chart of accounts')
@Controller('api/ledgers')
export class LedgersController {
  constructor(
    private readonly ledgers: ManageLedgers,
    private readonly readLedgers: ReadLedgers,
  ) {}

  @Get()
  @CompanyRoute('ledgers:read')
  @ApiOperation({
    summary: 'List ledgers',
    description:
      'Searches the words in name and code, in any order; when nothing has them, the nearest names come, nearest first (slips are forgiven). Sort by name, code, group or created_at.',
  })
  @Answer({ description: 'a page', data: { ledgers: [LedgerDto] }, meta: 'page' })
  @Refusals({ ...COMMON, 503: 'tenant_database_unavailable, tenant_pool_exhausted' })
  async list(@Query() query: ListLedgersQuery) {
    const { ledgers, total } = await this.readLedgers.list(query);
    return new Paged({ ledgers }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('ledgers:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateLedgerDto, examples: EXAMPLES })
  @ApiOperation({
    summary: 'Add a ledger',
    description: 'An opening balance becomes an entry at the beginning of the books, against Suspense A/c.',
  })
  @Answer({ status: 201, description: 'added', data: { ledger: LedgerDto } })
  @Refusals({
    ...COMMON,
    409: 'ledger_name_taken, ledger_code_taken, idempotency_key_reused',
    422: 'group_not_found, period_locked',
  })
  async create(
    @Body() body: CreateLedgerDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { ledger: await this.ledgers.create(body, actor, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'Read a ledger' })
  @Answer({ description: 'the ledger', data: { ledger: LedgerDto } })
  @Refusals({ ...COMMON, 404: 'ledger_not_found' })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const ledger = await this.readLedgers.one(id);
    reply.header('ETag', etagOf(ledger.version));
    return { ledger };
  }

  @Put(':id')
  @CompanyRoute('ledgers:write')
  @IfMatchHeader()
  @ApiBody({ type: UpdateLedgerDto, examples: CHANGE_EXAMPLES })
  @ApiOperation({ summary: 'Change a ledger', description: 'Only what is sent is changed.' })
  @Answer({ description: 'as it is now', data: { ledger: LedgerDto } })
  @Refusals({
    ...COMMON,
    404: 'ledger_not_found',
    409: 'ledger_name_taken, ledger_code_taken',
    412: 'stale',
    422: 'group_not_found, group_nature, ledger_bills, period_locked, reserved',
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateLedgerDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { ledger: await this.ledgers.update(id, body, ifMatch, actor) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('ledgers:write')
  @ApiOperation({ summary: 'Delete a ledger', description: 'Only one without entries; others are made inactive.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'ledger_not_found', 422: 'reserved, ledger_in_use' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.ledgers.delete(id, actor);
    return {};
  }
}
