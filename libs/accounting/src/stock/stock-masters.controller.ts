import {
  type Actor,
  Answer,
  CompanyRoute,
  CurrentActor,
  Idempotency,
  IdempotencyKeyHeader,
  type IdempotencyRequest,
  IfMatch,
  IfMatchHeader,
  Paged,
  PageQuery,
  Refusals,
} from '@finvera/common';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CompanyRecords } from '../records/company-records.js';
import { GODOWN, ITEM, ManageStock, UNIT } from './manage-stock.js';
import {
  CreateItemDto,
  CreateUnitDto,
  GodownBodyDto,
  GodownDto,
  ItemDto,
  UnitDto,
  UpdateItemDto,
} from './stock.dto.js';

const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden' };

@ApiTags('Company: stock')
@Controller('api/stock-units')
export class StockUnitsController {
  constructor(
    private readonly records: CompanyRecords,
    private readonly stock: ManageStock,
  ) {}

  @Get()
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'List units' })
  @Answer({ description: 'a page', data: { stock_units: [UnitDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: PageQuery) {
    const { records, total } = await this.records.list(UNIT, query);
    return new Paged({ stock_units: records }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('ledgers:write')
  @IdempotencyKeyHeader()
  @ApiBody({
    type: CreateUnitDto,
    examples: { pieces: { value: { name: 'Nos' } }, kilograms: { value: { name: 'kg', decimals: 3 } } },
  })
  @ApiOperation({ summary: 'Add a unit' })
  @Answer({ status: 201, description: 'added', data: { stock_unit: UnitDto } })
  @Refusals({ ...COMMON, 409: 'stock_unit_name_taken, idempotency_key_reused' })
  async create(
    @Body() body: CreateUnitDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { stock_unit: await this.stock.createUnit(body, actor, idempotency) };
  }

  @Put(':id')
  @CompanyRoute('ledgers:write')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Rename a unit' })
  @Answer({ description: 'as it is now', data: { stock_unit: UnitDto } })
  @Refusals({ ...COMMON, 404: 'stock_unit_not_found', 409: 'stock_unit_name_taken', 412: 'stale' })
  async update(
    @Param('id') id: string,
    @Body() body: GodownBodyDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { stock_unit: await this.stock.renameUnit(id, body, ifMatch, actor) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('ledgers:write')
  @ApiOperation({ summary: 'Delete a unit', description: 'One that no item is counted in.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'stock_unit_not_found', 422: 'stock_unit_in_use' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.stock.delete(UNIT, id, actor);
    return {};
  }
}

@ApiTags('Company: stock')
@Controller('api/godowns')
export class GodownsController {
  constructor(
    private readonly records: CompanyRecords,
    private readonly stock: ManageStock,
  ) {}

  @Get()
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'List godowns' })
  @Answer({ description: 'a page', data: { godowns: [GodownDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: PageQuery) {
    const { records, total } = await this.records.list(GODOWN, query);
    return new Paged({ godowns: records }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('ledgers:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: GodownBodyDto, examples: { warehouse: { value: { name: 'Main Warehouse' } } } })
  @ApiOperation({ summary: 'Add a godown', description: 'A voucher that names none moves stock of *Main Location*.' })
  @Answer({ status: 201, description: 'added', data: { godown: GodownDto } })
  @Refusals({ ...COMMON, 409: 'godown_name_taken, idempotency_key_reused' })
  async create(
    @Body() body: GodownBodyDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { godown: await this.stock.createGodown(body, actor, idempotency) };
  }

  @Put(':id')
  @CompanyRoute('ledgers:write')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Rename a godown' })
  @Answer({ description: 'as it is now', data: { godown: GodownDto } })
  @Refusals({ ...COMMON, 404: 'godown_not_found', 409: 'godown_name_taken', 412: 'stale' })
  async update(
    @Param('id') id: string,
    @Body() body: GodownBodyDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { godown: await this.stock.renameGodown(id, body, ifMatch, actor) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('ledgers:write')
  @ApiOperation({ summary: 'Delete a godown', description: 'One where nothing ever moved.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'godown_not_found', 422: 'godown_in_use' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.stock.delete(GODOWN, id, actor);
    return {};
  }
}

@ApiTags('Company: stock')
@Controller('api/stock-items')
export class StockItemsController {
  constructor(
    private readonly records: CompanyRecords,
    private readonly stock: ManageStock,
  ) {}

  @Get()
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'List items' })
  @Answer({ description: 'a page', data: { stock_items: [ItemDto] }, meta: 'page' })
  @Refusals(COMMON)
  async list(@Query() query: PageQuery) {
    const { records, total } = await this.records.list(ITEM, query);
    return new Paged({ stock_items: records }, { page: query.page, limit: query.limit, total });
  }

  @Post()
  @CompanyRoute('ledgers:write')
  @IdempotencyKeyHeader()
  @ApiBody({ type: CreateItemDto, examples: { chair: { value: { name: 'Chair', unit_id: '383483921874944' } } } })
  @ApiOperation({ summary: 'Add an item', description: 'Vouchers name it in `stock`.' })
  @Answer({ status: 201, description: 'added', data: { stock_item: ItemDto } })
  @Refusals({ ...COMMON, 409: 'stock_item_name_taken, idempotency_key_reused', 422: 'stock_unit_not_found' })
  async create(
    @Body() body: CreateItemDto,
    @CurrentActor() actor: Actor,
    @Idempotency() idempotency: IdempotencyRequest | undefined,
  ) {
    return { stock_item: await this.stock.createItem(body, actor, idempotency) };
  }

  @Get(':id')
  @CompanyRoute('ledgers:read')
  @ApiOperation({ summary: 'Read an item' })
  @Answer({ description: 'the item', data: { stock_item: ItemDto } })
  @Refusals({ ...COMMON, 404: 'stock_item_not_found' })
  async get(@Param('id') id: string) {
    return { stock_item: await this.records.one(ITEM, id) };
  }

  @Put(':id')
  @CompanyRoute('ledgers:write')
  @IfMatchHeader()
  @ApiBody({ type: UpdateItemDto, examples: { retire: { value: { is_active: false } } } })
  @ApiOperation({ summary: 'Change an item', description: 'Unit and valuation until its first movement.' })
  @Answer({ description: 'as it is now', data: { stock_item: ItemDto } })
  @Refusals({
    ...COMMON,
    404: 'stock_item_not_found',
    409: 'stock_item_name_taken',
    412: 'stale',
    422: 'stock_unit_not_found, stock_item_in_use',
  })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateItemDto,
    @IfMatch() ifMatch: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return { stock_item: await this.stock.updateItem(id, body, ifMatch, actor) };
  }

  @Delete(':id')
  @HttpCode(200)
  @CompanyRoute('ledgers:write')
  @ApiOperation({ summary: 'Delete an item', description: 'One that never moved.' })
  @Answer({ description: 'deleted', data: {} })
  @Refusals({ ...COMMON, 404: 'stock_item_not_found', 422: 'stock_item_in_use' })
  async delete(@Param('id') id: string, @CurrentActor() actor: Actor) {
    await this.stock.delete(ITEM, id, actor);
    return {};
  }
}
