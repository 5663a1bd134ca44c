import { type Actor, type CompanyPrincipal, type IdempotencyRequest, newId, ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyRecords, type RecordKind } from '../records/company-records.js';
import { assertMayGrant } from '../users/permissions.js';
import { Role, User } from '../users/user.entity.js';
import { type CreateRoleDto, type RoleDto, toRoleDto, type UpdateRoleDto } from './role.dto.js';

export const ROLE: RecordKind<Role, RoleDto> = {
  entity: Role,
  type: 'role',
  what: 'role',
  nameKey: 'roles_name',
  toDto: toRoleDto,
};

interface Maker {
  maker: CompanyPrincipal;
  actor: Actor;
}

/** Roles of the company's own, beside those that every company has. */
@Injectable()
export class ManageRoles {
  constructor(private readonly records: CompanyRecords) {}

  /** @throws DomainError 403; 409 `role_name_taken`; 422 `voucher_type_not_found` */
  create(body: CreateRoleDto, { maker, actor }: Maker, idempotency?: IdempotencyRequest): Promise<RoleDto> {
    assertMayGrant(maker, body.permissions);
    const row = async (tx: EntityManager) => {
      await assertTypes(tx, body.voucher_type_ids);
      const id = newId();
      return {
        id,
        name: body.name,
        code: await freeCode(tx, body.name, id),
        permissions: body.permissions,
        voucherTypeIds: body.voucher_type_ids ?? null,
        isReserved: false,
        version: 1,
      };
    };
    return this.records.create(ROLE, row, { actor, idempotency });
  }

  /** On every process within five seconds. @throws DomainError 403; 404; 409; 412; 422 `reserved`, `voucher_type_not_found` */
  update(id: string, body: UpdateRoleDto, { maker, actor }: Maker, ifMatch: string | undefined): Promise<RoleDto> {
    assertMayGrant(maker, body.permissions ?? []);
    const change = async (tx: EntityManager, before: Role) => {
      assertOwn(before);
      assertMayGrant(maker, before.permissions);
      await assertTypes(tx, body.voucher_type_ids);
      return {
        ...(body.name !== undefined && { name: body.name }),
        ...(body.permissions !== undefined && { permissions: body.permissions }),
        ...(body.voucher_type_ids !== undefined && { voucherTypeIds: body.voucher_type_ids }),
      };
    };
    return this.records.update(ROLE, id, change, { actor, ifMatch });
  }

  /** @throws DomainError 404; 422 `reserved`, `role_in_use` */
  delete(id: string, actor: Actor): Promise<void> {
    const assertUnused = async (tx: EntityManager, role: Role) => {
      assertOwn(role);
      if (await tx.existsBy(User, { roleId: id }))
        throw ruleBroken('role_in_use', `Users have the role ${role.name}; give them another one first.`);
    };
    return this.records.delete(ROLE, id, assertUnused, { actor });
  }
}

function assertOwn({ isReserved, name }: Role): void {
  if (isReserved) throw ruleBroken('reserved', `The role ${name} belongs to every company; make one of your own.`);
}

async function assertTypes(tx: EntityManager, ids: readonly string[] | null | undefined): Promise<void> {
  if (!ids) return;
  const rows: { id: string }[] = await tx.query(
    "SELECT id FROM voucher_types WHERE id IN (?) AND base_type NOT IN ('opening', 'closing')",
    [ids],
  );
  const missing = ids.find((id) => !rows.some((row) => row.id === id));
  if (missing !== undefined)
    throw ruleBroken('voucher_type_not_found', `There is no voucher type ${missing}.`, [
      { field: 'voucher_type_ids', message: `${missing} is not a voucher type` },
    ]);
}

/** From the name; with the id when another role has it. */
async function freeCode(tx: EntityManager, name: string, id: string): Promise<string> {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40);
  return slug === '' || (await tx.existsBy(Role, { code: slug })) ? `role_${id}` : slug;
}
