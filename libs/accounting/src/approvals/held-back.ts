import type { Decimal } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { isHidden, type VoucherType } from '../vouchers/voucher-type.entity.js';

/** What a rule looks at. */
export interface Judged {
  type: Pick<VoucherType, 'id' | 'baseType'>;
  total: Decimal;
}

interface Rule {
  name: string;
  typeId: string | null;
  fromAmount: string;
}

const RULES = `SELECT name, voucher_type_id AS typeId, from_amount AS fromAmount FROM approval_rules
  WHERE is_active = 1 ORDER BY from_amount, id`;

/**
 * The vouchers that a rule does not let into the books before a second person has approved them, each with the rule's
 * name. The program's own types (openings, closings of years) are held back by none.
 * @param approvalFrom the least amount that any rule asks about, from settings read in this transaction: no rule
 *   changes before it ends, and a company without rules pays nothing
 */
export async function findHeldBack<T extends Judged>(
  tx: EntityManager,
  vouchers: readonly T[],
  approvalFrom: string | null,
): Promise<Map<T, string>> {
  const judged = vouchers.filter(
    ({ type, total }) => approvalFrom !== null && total.gte(approvalFrom) && !isHidden(type.baseType),
  );
  if (judged.length === 0) return new Map();
  const rules: Rule[] = await tx.query(RULES);
  return new Map(
    judged.flatMap((voucher) => {
      const rule = rules.find(
        ({ typeId, fromAmount }) => (typeId === null || typeId === voucher.type.id) && voucher.total.gte(fromAmount),
      );
      return rule ? [[voucher, rule.name] as const] : [];
    }),
  );
}
