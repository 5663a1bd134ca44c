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
import { type EntityManager, Not, type Repository } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { formatNumber } from './voucher-numbering.js';
import {
  type CreateVoucherTypeDto,
  toVoucherTypeDto,
  type UpdateVoucherTypeDto,
  type VoucherTypeDto,
} from './voucher-type.dto.js';
import { VoucherType } from './voucher-type.entity.js';

/** Serial up to which a new number format must fit into sixteen characters. */
const FORESEEN_SERIAL = 99_999;

/** The company's voucher types; the program's own (opening balances) is not among them. */
@Injectable()
export class ManageVoucherTypes {
  constructor(
    @InjectTenantRepository(VoucherType) private readonly types: Repository<VoucherType>,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
  ) {}

  async list(): Promise<VoucherTypeDto[]> {
    const types = await this.types.find({
      where: { baseType: Not('opening') },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return types.map(toVoucherTypeDto);
  }

  async one(id: string): Promise<VoucherTypeDto> {
    return toVoucherTypeDto(await read(this.types.manager, id));
  }

  /** @throws DomainError 409 `voucher_type_name_taken`, 422 `number_too_long` */
  create(body: CreateVoucherTypeDto, actor: Actor, idempotency?: IdempotencyRequest): Promise<VoucherTypeDto> {
    return this.transaction.run(
      async (tx) => {
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
        await tx.insert(VoucherType, type);
        const created = toVoucherTypeDto(await read(tx, type.id));
        await this.editLog.record(tx, actor, {
          action: 'created',
          objectType: 'voucher_type',
          objectId: type.id,
          objectName: type.name,
          after: created,
        });
        return created;
      },
      { idempotency },
    );
  }

  update(id: string, body: UpdateVoucherTypeDto, ifMatch: string | undefined, actor: Actor): Promise<VoucherTypeDto> {
    return this.transaction.run(async (tx) => {
      const before = await read(tx, id);
      assertIfMatch(ifMatch, before.version);
      if (body.name !== undefined && body.name !== before.name) await assertNameFree(tx, body.name, id);
      const change = {
        ...(body.name !== undefined && { name: body.name }),
        ...(body.number_prefix !== undefined && { numberPrefix: body.number_prefix }),
        ...(body.number_suffix !== undefined && { numberSuffix: body.number_suffix }),
        ...(body.number_width !== undefined && { numberWidth: body.number_width }),
        ...(body.is_active !== undefined && { isActive: body.is_active }),
        version: before.version + 1,
      };
      formatNumber({ ...before, ...change }, FORESEEN_SERIAL);
      await tx.update(VoucherType, id, change);
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
    });
  }

  /** @throws DomainError 422 `reserved`, `voucher_type_in_use` */
  delete(id: string, actor: Actor): Promise<void> {
    return this.transaction.run(async (tx) => {
      const type = await read(tx, id);
      if (type.isReserved)
        throw ruleBroken(
          'reserved',
          `The voucher type ${type.name} belongs to every company; make it inactive if you like.`,
        );
      const [used] = await tx.query('SELECT 1 AS used FROM vouchers WHERE voucher_type_id = ? LIMIT 1', [id]);
      if (used) throw ruleBroken('voucher_type_in_use', `The voucher type ${type.name} has vouchers.`);
      await tx.query('DELETE FROM voucher_number_series WHERE voucher_type_id = ?', [id]);
      await tx.delete(VoucherType, id);
      await this.editLog.record(tx, actor, {
        action: 'deleted',
        objectType: 'voucher_type',
        objectId: id,
        objectName: type.name,
        before: toVoucherTypeDto(type),
      });
    });
  }
}

async function read(tx: EntityManager, id: string): Promise<VoucherType> {
  const type = /^\d{1,20}$/.test(id) ? await tx.findOneBy(VoucherType, { id, baseType: Not('opening') }) : null;
  if (!type) throw notFound('voucher type', id, 'voucher_type_not_found');
  return type;
}

async function assertNameFree(tx: EntityManager, name: string, except = '0'): Promise<void> {
  if (await tx.existsBy(VoucherType, { name, id: Not(except) }))
    throw conflict('voucher_type_name_taken', `There is a voucher type named ${JSON.stringify(name)} already.`, {
      details: [{ field: 'name', message: 'is taken' }],
    });
}
