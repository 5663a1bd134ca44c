import {
  type Actor,
  Answer,
  CompanyRoute,
  CurrentActor,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  Paged,
  PageQuery,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  BankLineDto,
  BankStatementDto,
  ImportStatementDto,
  ListBankLinesQuery,
  MatchManyDto,
  ProposalDto,
} from './bank-reconciliation.dto.js';
import { FindProposals } from './find-proposals.js';
import { ImportStatement } from './import-statement.js';
import { MatchLines } from './match-lines.js';
import { ReadStatements } from './read-statements.js';

const COMMON = {
  400: 'validation_failed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'ledger_not_found',
  422: 'ledger_is_no_bank',
};
const CSV = {
  format: 'csv',
  file_name: 'october.csv',
  content: 'Date,Narration,Amount\n2026-10-12,CASH DEPOSIT,25000.00\n',
  mapping: { date: 'Date', description: 'Narration', amount: 'Amount' },
};

/** What belongs to one bank: its statements, their lines, what these may be. */
@ApiTags('Company: bank reconciliation')
@Controller('api/ledgers/:id')
export class BankStatementsController {
  constructor(
    private readonly importStatement: ImportStatement,
    private readonly statements: ReadStatements,
    private readonly findProposals: FindProposals,
    private readonly matchLines: MatchLines,
  ) {}

  @Post('bank-statements')
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: ImportStatementDto, examples: { csv: { value: CSV } } })
  @ApiOperation({
    summary: 'Import a statement of the bank',
    description:
      'CSV with a mapping of columns, OFX 1 and 2, camt.053, MT940; up to 5,000 lines. A line that came before, in this file or one that overlaps, is not kept twice.',
  })
  @Answer({ status: 201, description: 'kept', data: { bank_statement: BankStatementDto } })
  @Refusals({ ...COMMON, 409: 'idempotency_key_reused', 413: 'body_too_large' })
  async import(
    @Param('id') id: string,
    @Body() body: ImportStatementDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { bank_statement: await this.importStatement.import(id, body, { actor, idempotency }) };
  }

  @Get('bank-statements')
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'List a bank’s statements', description: 'The latest first.' })
  @Answer({ description: 'a page', data: { bank_statements: [BankStatementDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Param('id') id: string, @Query() query: PageQuery) {
    const { statements, total } = await this.statements.statements(id, query);
    return new Paged({ bank_statements: statements }, { page: query.page, limit: query.limit, total });
  }

  @Get('bank-lines')
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'List the lines of a bank’s statements', description: 'In order of date.' })
  @Answer({ description: 'a page', data: { bank_lines: [BankLineDto] }, meta: 'cursor' })
  @Refusals(COMMON)
  async lines(@Param('id') id: string, @Query() query: ListBankLinesQuery) {
    const { lines, nextCursor } = await this.statements.lines(id, query);
    return new Paged({ bank_lines: lines }, { next_cursor: nextCursor, limit: query.limit });
  }

  @Get('bank-proposals')
  @CompanyRoute('vouchers:read')
  @ApiOperation({
    summary: 'What open lines may be',
    description:
      'For each open line of the period (the first five hundred) entries of the same amount, best first, with the reasons: date, what the line names. A line that no entry fits may be known to a rule.',
  })
  @Answer({ description: 'the proposals', data: { proposals: [ProposalDto] } })
  @Refusals(COMMON)
  async proposals(@Param('id') id: string, @Query() query: MatchManyDto) {
    return { proposals: (await this.findProposals.of(id, query)).proposals };
  }

  @Post('bank-matches')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: MatchManyDto, required: false, examples: { all: { value: {} } } })
  @ApiOperation({
    summary: 'Accept the proposals that are certain',
    description: 'Those where nothing else comes near, on either side. The others stay open.',
  })
  @ApiResponse({
    status: 200,
    description: 'accepted',
    schema: { example: { success: true, data: { matched: 41, left: 3 } } },
  })
  @Refusals(COMMON)
  matchCertain(
    @Param('id') id: string,
    @Body() body: MatchManyDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return this.matchLines.matchCertain(id, body, { actor, idempotency });
  }
}
