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
  PageQuery,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { BudgetDto, BudgetWithLinesDto, CreateBudgetDto, UpdateBudgetDto } from './budget.dto.js';
import { ManageBudgets } from './manage-budgets.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };
const TARGETS = 'ledger_not_found, group_not_found, cost_centre_not_found';

const EXAMPLES = {
  year: {
    value: {
      name: 'Budget 2026-27',
      from: '2026-04-01',
      to: '2027-03-31',
      lines: [
        { group: 'Sales Accounts', amount: '2400000.00' },
        { group: 'Indirect Expenses', months: { '2026-04': '50000.00', '2026-05': '40000.00' } },
      ],
    },
  },
};
const CHANGE_EXAMPLES = { rename: { value: { name: 'Budget 2026-27, revised' } } };

@ApiTags('Company: budgets')
@Controller('api/budgets')
export class BudgetsController {
  constructor(private readonly budgets: ManageBudgets) {}

  @Get()
  @CompanyRoute('reports:read')
  @ApiOperation({ summary: 'List budgets', description: 'Sort by name or created_at.' })
  @Answer({ description: 'a page', data: { budgets: [BudgetDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: PageQuery) {
    const { records, total } = await this.budgets.list(query);
    return new Paged({ budgets: records }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('ledgers:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateBudgetDto, examples: EXAMPLES })
  @ApiOperation({
    summary: 'Add a budget',
    description: 'For whole months; each line for a ledger, a group or a cost centre, evenly spread or month by month.',
  })
  @Answer({ status: 201, description: 'added', data: { budget: BudgetWithLinesDto } })
  @Refusals({ ...COMMON, 409: 'budget_name_taken, idempotency_key_reused', 422: TARGETS })
  async create(
    @Body() body: CreateBudgetDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { budget: await this.budgets.create(body, actor, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('reports:read')
  @ApiOperation({ summary: 'Read a budget with its lines' })
  @Answer({ description: 'the budget', data: { budget: BudgetWithLinesDto } })
  @Refusals({ ...COMMON, 404: 'budget_not_found' })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const budget = await this.budgets.one(id);
    reply.header('ETag', etagOf(budget.version));
    return { budget };
  }

  @Put(':id')
  @CompanyRoute('ledgers:write')
  @IfMatchHeader()
  @ApiBody({ type: UpdateBudgetDto, examples: CHANGE_EXAMPLES })
  @ApiOperation({ summary: 'Change a budget', description: 'What is not sent stays; lines that are sent replace all.' })
  @Answer({ description: 'as it is now', data: { budget: BudgetWithLinesDto } })
  @Refusals({ ...COMMON, 404: 'budget_not_found', 409: 'budget_name_taken', 412: 'stale', 422: TARGETS })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateBudgetDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { budget: await this.budgets.update(id, body, ifMatch, actor) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('ledgers:write')
  @ApiOperation({ summary: 'Delete a budget', description: 'The edit log keeps that it was there.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'budget_not_found' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.budgets.delete(id, actor);
    return {};
  }
}
