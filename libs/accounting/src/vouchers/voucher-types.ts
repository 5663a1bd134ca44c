import { type Actor, forbidden, newId, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { foldName } from './same-name.js';
import { isHidden, type VoucherType } from './voucher-type.entity.js';

/** What posting needs to know of a voucher type. */
export type NumberedType = Pick<
  VoucherType,
  | 'id'
  | 'name'
  | 'baseType'
  | 'numbering'
  | 'numberPrefix'
  | 'numberSuffix'
  | 'numberWidth'
  | 'numberRestart'
  | 'isActive'
>;

/** The company's voucher types, by id and by name. */
export class VoucherTypes {
  constructor(private readonly types: readonly NumberedType[]) {}

  /**
   * The type that a body names by id or by name; the program's own types are nobody's.
   * @param path where the voucher stands in the body
   * @param keptId id of a type that may be inactive, because the voucher has it already
   * @throws DomainError 422 `voucher_type_not_found`, `voucher_type_inactive`
   */
  of(named: string, path: string, keptId?: string): NumberedType {
    const folded = foldName(named);
    const type = this.types.find(
      ({ id, name, baseType }) => !isHidden(baseType) && (id === named || foldName(name) === folded),
    );
    const field = `${path}voucher_type`;
    if (!type)
      throw ruleBroken('voucher_type_not_found', `There is no voucher type ${JSON.stringify(named)}.`, [
        { field, message: 'is not a voucher type of this company' },
      ]);
    if (!type.isActive && type.id !== keptId)
      throw ruleBroken('voucher_type_inactive', `The voucher type ${type.name} is not active.`, [
        { field, message: 'is not active' },
      ]);
    return type;
  }

  /** The hidden type of opening balances. */
  opening(): NumberedType {
    const type = this.types.find(({ baseType }) => baseType === 'opening');
    if (!type) throw new Error('the company has no voucher type for opening balances: its database was not seeded');
    return type;
  }

  /** The hidden type of the vouchers that close years; none before the first year is closed. */
  closing(): NumberedType | undefined {
    return this.types.find(({ baseType }) => baseType === 'closing');
  }
}

/** @throws DomainError 403 `voucher_type_forbidden` when the person's role is limited to other types */
export function assertTypeAllowed(actor: Actor, typeId: string, typeName: string): void {
  if (actor.voucherTypeIds && !actor.voucherTypeIds.has(typeId))
    throw forbidden(`Your role posts and changes no vouchers of type ${typeName}.`, 'voucher_type_forbidden');
}

const CLOSING_NAME = 'Year Closing';

/** The hidden type of the vouchers that close years, made when the first year is closed. */
export async function closingType(tx: EntityManager): Promise<NumberedType> {
  const find = async () => (await readVoucherTypes(tx)).closing();
  const existing = await find();
  if (existing) return existing;
  const [taken] = await tx.query('SELECT id FROM voucher_types WHERE name = ?', [CLOSING_NAME]);
  await tx.query(
    "INSERT INTO voucher_types (id, name, base_type, numbering, is_reserved) VALUES (?, ?, 'closing', 'none', 1)",
    [newId(), taken ? `${CLOSING_NAME} (financial years)` : CLOSING_NAME],
  );
  return (await find())!;
}

interface Row extends Omit<NumberedType, 'isActive'> {
  isActive: number;
}

/** Reads all types; none of them changes before the transaction ends. */
export async function readVoucherTypes(tx: EntityManager): Promise<VoucherTypes> {
  const rows: Row[] = await tx.query(
    `SELECT id, name, base_type AS baseType, numbering, number_prefix AS numberPrefix, number_suffix AS numberSuffix,
       number_width AS numberWidth, number_restart AS numberRestart, is_active AS isActive
     FROM voucher_types LOCK IN SHARE MODE`,
  );
  return new VoucherTypes(rows.map((row) => ({ ...row, isActive: Boolean(row.isActive) })));
}
