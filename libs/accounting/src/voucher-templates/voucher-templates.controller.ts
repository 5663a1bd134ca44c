import {
  type Actor,
  Answer,
  type CompanyPrincipal,
  CompanyRoute,
  CurrentActor,
  CurrentUser,
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
import { CompanyRecords } from '../records/company-records.js';
import { VoucherDto } from '../vouchers/voucher.dto.js';
import { COMMON, mayOverrideLock, RULES } from '../vouchers/voucher-refusals.js';
import { ManageVoucherTemplates, VOUCHER_TEMPLATE } from './manage-voucher-templates.js';
import { PostDueVouchers } from './post-due-vouchers.js';
import {
  CreateVoucherTemplateDto,
  DueDto,
  DueRunDto,
  UpdateVoucherTemplateDto,
  UseTemplateDto,
  VoucherTemplateDto,
} from './voucher-template.dto.js';

const RENT = {
  name: 'Office rent',
  voucher: {
    voucher_type: 'Payment',
    narration: 'Rent of the month',
    entries: [
      { ledger: 'Profit & Loss A/c', debit: '25000.00' },
      { ledger: 'Cash', credit: '25000.00' },
    ],
  },
};
const EXAMPLES = {
  byHand: { value: RENT },
  monthly: {
    value: { ...RENT, name: 'Rent by schedule', schedule: { frequency: 'monthly', start_date: '2099-01-31' } },
  },
};

@ApiTags('Company: vouchers')
@Controller('api/voucher-templates')
export class VoucherTemplatesController {
  constructor(
    private readonly records: CompanyRecords,
    private readonly templates: ManageVoucherTemplates,
    private readonly due: PostDueVouchers,
  ) {}

  @Get()
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'List voucher templates', description: 'Sort by name or created_at.' })
  @Answer({ description: 'a page', data: { voucher_templates: [VoucherTemplateDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: PageQuery) {
    const { records, total } = await this.records.list(VOUCHER_TEMPLATE, query);
    return new Paged({ voucher_templates: records }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateVoucherTemplateDto, examples: EXAMPLES })
  @ApiOperation({
    summary: 'Add a voucher template',
    description:
      'A voucher without its date. With a schedule it recurs: the vouchers that are due are posted by run-due.',
  })
  @Answer({ status: 201, description: 'added', data: { voucher_template: VoucherTemplateDto } })
  @Refusals({ ...COMMON, 409: 'voucher_template_name_taken, idempotency_key_reused', 422: RULES })
  async create(
    @Body() body: CreateVoucherTemplateDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { voucher_template: await this.templates.create(body, actor, idempotency) };
  }

  @Post('run-due')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @ApiBody({ type: DueDto, required: false, examples: { today: { value: {} } } })
  @ApiOperation({
    summary: 'Post what is due',
    description:
      'Recurring vouchers of all days that have come, and post-dated ones. What is refused stays due, with its reason. Twice is once.',
  })
  @Answer({ description: 'what was posted', data: { due: DueRunDto } })
  @Refusals(COMMON)
  async runDue(@Body() body: DueDto, @CurrentActor() actor: Actor) {
    return { due: await this.due.run({ until: body?.until, actor }) };
  }

  @Get(':id')
  @CompanyRoute('vouchers:read')
  @ApiOperation({ summary: 'Read a voucher template' })
  @Answer({ description: 'the template', data: { voucher_template: VoucherTemplateDto } })
  @Refusals({ ...COMMON, 404: 'voucher_template_not_found' })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const template = await this.records.one(VOUCHER_TEMPLATE, id);
    reply.header('ETag', etagOf(template.version));
    return { voucher_template: template };
  }

  @Put(':id')
  @CompanyRoute('vouchers:post')
  @IfMatchHeader()
  @ApiBody({ type: UpdateVoucherTemplateDto, examples: { stop: { value: { schedule: null } } } })
  @ApiOperation({
    summary: 'Change a voucher template',
    description: 'What is not sent stays; a schedule that is sent begins anew on its start date.',
  })
  @Answer({ description: 'as it is now', data: { voucher_template: VoucherTemplateDto } })
  @Refusals({
    ...COMMON,
    404: 'voucher_template_not_found',
    409: 'voucher_template_name_taken',
    412: 'stale',
    422: RULES,
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateVoucherTemplateDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { voucher_template: await this.templates.update(id, body, ifMatch, actor) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('vouchers:post')
  @ApiOperation({ summary: 'Delete a voucher template', description: 'The vouchers that it made stay.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'voucher_template_not_found' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.templates.delete(id, actor);
    return {};
  }

  @Post(':id/post')
  @CompanyRoute('vouchers:post')
  @IdempotencyKeyHeader()
  @ApiBody({ type: UseTemplateDto, required: false, examples: { today: { value: {} } } })
  @ApiOperation({
    summary: 'Post a voucher from a template',
    description: 'Beside its schedule, which it does not move.',
  })
  @Answer({ status: 201, description: 'the voucher', data: { voucher: VoucherDto } })
  @Refusals({ ...COMMON, 404: 'voucher_template_not_found', 409: 'idempotency_key_reused', 422: RULES })
  async post(
    @Param('id') id: string,
    @Body() body: UseTemplateDto,
    @CurrentUser() user: CompanyPrincipal,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    const options = { actor, idempotency, mayOverrideLock: mayOverrideLock(user) };
    return { voucher: await this.templates.use(id, body ?? {}, options) };
  }
}
