import { type Decimal, type FieldError, groupBy, newId, ruleBroken, ZERO } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import { foldName } from '../vouchers/same-name.js';

/** A part of an entry as a body names it. */
export interface NamedCostPart {
  id?: string;
  name?: string;
  amount: Decimal;
}

/** A part of an entry whose centre is known. */
export interface CostPart {
  centreId: string;
  centre: string;
  amount: Decimal;
}

interface Centre {
  id: string;
  name: string;
  category_id: string;
  category: string;
  is_active: number;
}

const SELECT = `SELECT c.id, c.name, c.category_id, k.name AS category, c.is_active
  FROM cost_centres c JOIN cost_categories k ON k.id = c.category_id WHERE c.id IN (?) OR c.name IN (?) LOCK IN SHARE MODE`;

/** Cost centres of a batch of vouchers, looked up once; nothing is asked when no entry names one. */
export class CostCentreLookup {
  private constructor(private readonly centres: readonly Centre[]) {}

  static async load(
    tx: EntityManager,
    lines: readonly { costs?: readonly NamedCostPart[] }[],
  ): Promise<CostCentreLookup> {
    const parts = lines.flatMap(({ costs }) => costs ?? []);
    if (parts.length === 0) return new CostCentreLookup([]);
    const ids = [...new Set(parts.flatMap(({ id }) => id ?? []))];
    const names = [...new Set(parts.flatMap(({ name }) => name ?? []))];
    return new CostCentreLookup(
      await tx.query(SELECT, [ids.length > 0 ? ids : ['0'], names.length > 0 ? names : ['']]),
    );
  }

  /**
   * The parts of an entry. In each cost category that is used they add up to the entry: the same amount may be divided
   * by department and by project.
   * @param field where the parts stand in the body
   * @throws DomainError 422 `cost_centre_not_found`, `cost_centre_inactive`, `cost_centres_do_not_add_up`
   */
  partsOf(
    costs: readonly NamedCostPart[] | undefined,
    amount: Decimal,
    { field, digits }: { field: string; digits: number },
  ): CostPart[] {
    const found = (costs ?? []).map((part, index) => ({
      amount: part.amount,
      centre: this.of(part, `${field}.${index}`),
    }));
    for (const [, parts] of groupBy(found, ({ centre }) => centre.category_id)) {
      const sum = parts.reduce((total, part) => total.plus(part.amount), ZERO);
      if (!sum.equals(amount))
        throw refuse(
          'cost_centres_do_not_add_up',
          `The cost centres of ${parts[0]!.centre.category} add up to ${sum.toFixed(digits)}, but the entry is ${amount.toFixed(digits)}.`,
          { field, message: 'do not add up to the entry' },
        );
    }
    return found.map((part) => ({ centreId: part.centre.id, centre: part.centre.name, amount: part.amount }));
  }

  private of({ id, name }: NamedCostPart, path: string): Centre {
    const field = `${path}.${id !== undefined ? 'cost_centre_id' : 'cost_centre'}`;
    const folded = foldName(name ?? '');
    const centre = this.centres.find((one) => (id !== undefined ? one.id === id : foldName(one.name) === folded));
    if (!centre)
      throw refuse('cost_centre_not_found', `There is no cost centre ${JSON.stringify(id ?? name)}.`, {
        field,
        message: 'is not a cost centre of this company',
      });
    if (!centre.is_active)
      throw refuse('cost_centre_inactive', `The cost centre ${centre.name} is not active.`, {
        field,
        message: 'is not active',
      });
    return centre;
  }
}

const refuse = (code: string, message: string, detail: FieldError) => ruleBroken(code, message, [detail]);

/** An entry that is being written. */
export interface EntryOfParts {
  voucherId: string;
  version: number;
  date: string;
  line: { id: string; debit: Decimal; costs?: readonly CostPart[] };
}

/** Rows of `cost_allocations` for entries that are being written. */
export const costRows = (entries: readonly EntryOfParts[]): unknown[][] =>
  entries.flatMap(
    ({ voucherId, version, date, line }) =>
    (line.costs ?? []).map(({ centreId, amount }) => [
      newId(), line.id, voucherId, version, centreId, date,
      line.debit.isZero() ? '0' : amount.toFixed(), line.debit.isZero() ? amount.toFixed() : '0',
    ]), // biome-ignore format: one row
  );

export const INSERT_COSTS =
  'INSERT INTO cost_allocations (id, entry_id, voucher_id, voucher_version, cost_centre_id, date, debit, credit) VALUES ?';
