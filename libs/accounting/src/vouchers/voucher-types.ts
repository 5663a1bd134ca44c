import { ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { foldName } from './same-name.js';
import type { VoucherType } from './voucher-type.entity.js';

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
      ({ id, name, baseType }) => baseType !== 'opening' && (id === named || foldName(name) === folded),
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
