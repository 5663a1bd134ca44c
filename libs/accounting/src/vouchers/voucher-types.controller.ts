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
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ManageVoucherTypes } from './manage-voucher-types.js';
import { CreateVoucherTypeDto, UpdateVoucherTypeDto, VoucherTypeDto } from './voucher-type.dto.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

const CREATE_EXAMPLES = {
  export: {
    value: {
      name: 'Export Sales',
      base_type: 'sales',
      number_prefix: 'EXP/',
      number_suffix: '/26-27',
      number_width: 4,
    },
  },
  by_hand: { value: { name: 'Bank Payment', base_type: 'payment', numbering: 'manual' } },
};

@ApiTags('Company: vouchers')
@Controller('api/voucher-types')
export class VoucherTypesController {
  constructor(private readonly types: ManageVoucherTypes) {}

  @Get()
  @CompanyRoute('voucher_types:read')
  @ApiOperation({ summary: 'List voucher types' })
  @Answer({ description: 'all of them', data: { voucher_types: [VoucherTypeDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list() {
    const types = await this.types.list();
    return new Paged({ voucher_types: types }, { page: 1, limit: Math.max(types.length, 1), total: types.length });
  }

  @Post()
  @CompanyRoute('voucher_types:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateVoucherTypeDto, examples: CREATE_EXAMPLES })
  @ApiOperation({ summary: 'Add a voucher type', description: 'On a base type, with numbering of its own.' })
  @Answer({ status: 201, description: 'added', data: { voucher_type: VoucherTypeDto } })
  @Refusals({ ...COMMON, 409: 'voucher_type_name_taken, idempotency_key_reused', 422: 'number_too_long' })
  async create(
    @Body() body: CreateVoucherTypeDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { voucher_type: await this.types.create(body, actor, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('voucher_types:read')
  @ApiOperation({ summary: 'Read a voucher type' })
  @Answer({ description: 'the type', data: { voucher_type: VoucherTypeDto } })
  @Refusals({ ...COMMON, 404: 'voucher_type_not_found' })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const type = await this.types.one(id);
    reply.header('ETag', etagOf(type.version));
    return { voucher_type: type };
  }

  @Put(':id')
  @CompanyRoute('voucher_types:write')
  @IfMatchHeader()
  @ApiBody({ type: UpdateVoucherTypeDto, examples: { prefix: { value: { number_prefix: 'JV-', number_width: 4 } } } })
  @ApiOperation({
    summary: 'Change a voucher type',
    description: 'Base type, kind of numbering and restart are fixed with its first voucher.',
  })
  @Answer({ description: 'as it is now', data: { voucher_type: VoucherTypeDto } })
  @Refusals({
    ...COMMON,
    404: 'voucher_type_not_found',
    409: 'voucher_type_name_taken',
    412: 'stale',
    422: 'number_too_long, voucher_type_in_use, reserved',
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateVoucherTypeDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { voucher_type: await this.types.update(id, body, ifMatch, actor) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('voucher_types:write')
  @ApiOperation({ summary: 'Delete a voucher type', description: 'Only one of the company’s own without vouchers.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'voucher_type_not_found', 422: 'reserved, voucher_type_in_use' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.types.delete(id, actor);
    return {};
  }
}
