import {
  type Actor,
  assertIfMatch,
  conflict,
  type IdempotencyRequest,
  newId,
  notFound,
  ruleBroken,
} from '@finvera/common';
import { InjectTenantRepository } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { type EntityManager, In, Not, type Repository } from 'typeorm';
import { refuseDuplicate } from '../chart/duplicate-key.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { formatNumber } from './voucher-numbering.js';
import {
  type CreateVoucherTypeDto,
  toVoucherTypeDto,
  type UpdateVoucherTypeDto,
  type VoucherTypeDto,
} from './voucher-type.dto.js';
import { HIDDEN_BASE_TYPES, VoucherType } from './voucher-type.entity.js';

/** Serial up to which a new number format must fit into sixteen characters. */
const FORESEEN_SERIAL = 99_999;

/** The company's voucher types; the program's own are not among them. */
@Injectable()
export class ManageVoucherTypes {
  constructor(
    @InjectTenantRepository(VoucherType) private readonly types: Repository<VoucherType>,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
  ) {}

  async list(): Promise<VoucherTypeDto[]> {
    const types = await this.types.find({
      where: { baseType: Not(In(HIDDEN_BASE_TYPES)) },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return types.map(toVoucherTypeDto);
  }

  async one(id: string): Promise<VoucherTypeDto> {
    return toVoucherTypeDto(await read(this.types.manager, id));
  }

  /** @throws DomainError 409 `voucher_type_name_taken`, 422 `number_too_long` */
  create(body: CreateVoucherTypeDto, actor: Actor, idempotency?: IdempotencyRequest): Promise<VoucherTypeDto> {
    return this.transaction.run((tx) => this.createWithin(tx, body, actor), { idempotency });
  }

  /** The same within a transaction that is under way. */
  async createWithin(tx: EntityManager, body: CreateVoucherTypeDto, actor: Actor): Promise<VoucherTypeDto> {
    await assertNameFree(tx, body.name);
    const type = tx.create(VoucherType, {
      id: newId(),
      name: body.name,
      baseType: body.base_type,
      numbering: body.numbering ?? 'automatic',
      numberPrefix: body.number_prefix ?? '',
      numberSuffix: body.number_suffix ?? '',
      numberWidth: body.number_width ?? 0,
      numberRestart: body.number_restart ?? 'financial_year',
      isReserved: false,
      isActive: true,
      version: 1,
    });
    formatNumber(type, FORESEEN_SERIAL);
    await refuseDuplicate(tx.insert(VoucherType, type), nameTaken(body.name));
    const created = toVoucherTypeDto(await read(tx, type.id));
    await this.editLog.record(tx, actor, {
      action: 'created',
      objectType: 'voucher_type',
      objectId: type.id,
      objectName: type.name,
      after: created,
    });
    return created;
  }

  /** @throws DomainError 409 `voucher_type_name_taken`; 412 `stale`; 422 `reserved`, `voucher_type_in_use`, `number_too_long` */
  update(id: string, body: UpdateVoucherTypeDto, ifMatch: string | undefined, actor: Actor): Promise<VoucherTypeDto> {
    return this.transaction.run((tx) => this.updateWithin(tx, id, { body, ifMatch, actor }));
  }

  /** The same within a transaction that is under way. */
  async updateWithin(
    tx: EntityManager,
    id: string,
    { body, ifMatch, actor }: { body: UpdateVoucherTypeDto; ifMatch?: string; actor: Actor },
  ): Promise<VoucherTypeDto> {
    const before = await read(tx, id, true);
    assertIfMatch(ifMatch, before.version);
    if (body.name !== undefined && body.name !== before.name) await assertNameFree(tx, body.name, id);
    await assertMayRebase(tx, before, body);
    const change = {
      ...(body.name !== undefined && { name: body.name }),
      ...(body.base_type !== undefined && { baseType: body.base_type }),
      ...(body.numbering !== undefined && { numbering: body.numbering }),
      ...(body.number_restart !== undefined && { numberRestart: body.number_restart }),
      ...(body.number_prefix !== undefined && { numberPrefix: body.number_prefix }),
      ...(body.number_suffix !== undefined && { numberSuffix: body.number_suffix }),
      ...(body.number_width !== undefined && { numberWidth: body.number_width }),
      ...(body.is_active !== undefined && { isActive: body.is_active }),
      version: before.version + 1,
    };
    formatNumber({ ...before, ...change }, FORESEEN_SERIAL);
    await refuseDuplicate(tx.update(VoucherType, id, change), nameTaken(body.name ?? before.name));
    const after = toVoucherTypeDto(await read(tx, id));
    await this.editLog.record(tx, actor, {
      action: 'updated',
      objectType: 'voucher_type',
      objectId: id,
      objectName: after.name,
      before: toVoucherTypeDto(before),
      after,
    });
    return after;
  }

  /** @throws DomainError 422 `reserved`, `voucher_type_in_use` */
  delete(id: string, actor: Actor): Promise<void> {
    return this.transaction.run((tx) => this.deleteWithin(tx, id, actor));
  }

  /** The same within a transaction that is under way. */
  async deleteWithin(tx: EntityManager, id: string, actor: Actor): Promise<void> {
    const type = await read(tx, id, true);
    if (type.isReserved)
      throw ruleBroken(
        'reserved',
        `The voucher type ${type.name} belongs to every company; make it inactive if you like.`,
      );
    if (await hasVouchers(tx, id))
      throw ruleBroken('voucher_type_in_use', `The voucher type ${type.name} has vouchers; make it inactive instead.`);
    await tx.query('DELETE FROM voucher_number_series WHERE voucher_type_id = ?', [id]);
    await tx.delete(VoucherType, id);
    await this.editLog.record(tx, actor, {
      action: 'deleted',
      objectType: 'voucher_type',
      objectId: id,
      objectName: type.name,
      before: toVoucherTypeDto(type),
    });
  }
}

async function read(tx: EntityManager, id: string, forChange = false): Promise<VoucherType> {
  const type = /^\d{1,20}$/.test(id)
    ? await tx.findOne(VoucherType, {
        where: { id, baseType: Not(In(HIDDEN_BASE_TYPES)) },
        ...(forChange && { lock: { mode: 'pessimistic_write' as const } }),
      })
    : null;
  if (!type) throw notFound('voucher type', id, 'voucher_type_not_found');
  return type;
}

const hasVouchers = async (tx: EntityManager, id: string): Promise<boolean> =>
  (await tx.query('SELECT 1 AS used FROM vouchers WHERE voucher_type_id = ? LIMIT 1', [id])).length > 0;

/** Numbers given and books touched so far would no longer be explained by the type. */
async function assertMayRebase(tx: EntityManager, type: VoucherType, body: UpdateVoucherTypeDto): Promise<void> {
  const { base_type = type.baseType, numbering = type.numbering, number_restart = type.numberRestart } = body;
  if (base_type !== type.baseType && type.isReserved)
    throw ruleBroken('reserved', `The voucher type ${type.name} belongs to every company and keeps its base type.`);
  const same = base_type === type.baseType && numbering === type.numbering && number_restart === type.numberRestart;
  if (!same && (await hasVouchers(tx, type.id)))
    throw ruleBroken(
      'voucher_type_in_use',
      `The voucher type ${type.name} has vouchers; its base_type, numbering and number_restart can no longer change.`,
    );
}

const nameTaken = (name: string) => ({
  voucher_types_name: () =>
    conflict('voucher_type_name_taken', `There is a voucher type named ${JSON.stringify(name)} already.`, {
      details: [{ field: 'name', message: 'is taken' }],
    }),
});

async function assertNameFree(tx: EntityManager, name: string, except = '0'): Promise<void> {
  if (await tx.existsBy(VoucherType, { name, id: Not(except) })) throw nameTaken(name).voucher_types_name();
}
