import { Decimal } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { CompanySettings } from '../../company/company-settings.js';
import type { BaseType, VoucherType } from '../../vouchers/voucher-type.entity.js';
import { NameIndex } from './name-index.js';

export interface KnownGroup {
  id: string;
  name: string;
  code: string | null;
  parentId: string | null;
}

export interface KnownLedger {
  id: string;
  name: string;
  code: string | null;
  isActive: boolean;
  billByBill: boolean;
  /** debit positive */
  opening: Decimal;
  /** an import was undone that had made it: importing again brings it back */
  wasUndone: boolean;
}

export interface KnownType {
  id: string;
  name: string;
  baseType: BaseType;
  numbering: VoucherType['numbering'];
  isActive: boolean;
  wasUndone: boolean;
}

export interface KnownCentre {
  id: string;
  name: string;
  category: string;
  isActive: boolean;
  wasUndone: boolean;
}

/** What the company has before an import. */
export interface KnownBooks {
  settings: CompanySettings;
  groups: NameIndex<KnownGroup>;
  groupsById: ReadonlyMap<string, KnownGroup>;
  groupsByCode: ReadonlyMap<string, KnownGroup>;
  ledgers: NameIndex<KnownLedger>;
  ledgersByCode: ReadonlyMap<string, KnownLedger>;
  types: NameIndex<KnownType>;
  categories: NameIndex<{ id: string; name: string }>;
  centres: NameIndex<KnownCentre>;
}

const wasUndone = (kind: 'ledger' | 'voucher_type' | 'cost_centre', id: string) =>
  `EXISTS (SELECT 1 FROM book_import_rows r WHERE r.object_id = ${id} AND r.kind = '${kind}' AND r.status = 'kept')`;

const GROUPS = 'SELECT id, name, reserved_code AS code, parent_id AS parentId FROM account_groups';
const LEDGERS = `SELECT l.id, l.name, l.reserved_code AS code, l.is_active AS isActive, l.bill_by_bill AS billByBill,
    COALESCE(e.debit - e.credit, 0) AS opening, l.is_active = 0 AND ${wasUndone('ledger', 'l.id')} AS wasUndone
  FROM ledgers l LEFT JOIN entries e ON e.voucher_id = l.opening_voucher_id AND e.ledger_id = l.id AND e.in_books = 1`;
const TYPES = `SELECT t.id, t.name, t.base_type AS baseType, t.numbering, t.is_active AS isActive,
    t.is_active = 0 AND ${wasUndone('voucher_type', 't.id')} AS wasUndone
  FROM voucher_types t WHERE t.base_type NOT IN ('opening', 'closing')`;
const CATEGORIES = 'SELECT id, name FROM cost_categories';
const CENTRES = `SELECT c.id, c.name, k.name AS category, c.is_active AS isActive,
    c.is_active = 0 AND ${wasUndone('cost_centre', 'c.id')} AS wasUndone
  FROM cost_centres c JOIN cost_categories k ON k.id = c.category_id`;

type Flags = { isActive: number; wasUndone: number | string };

export async function readKnownBooks(tx: EntityManager, settings: CompanySettings): Promise<KnownBooks> {
  const flags = <T extends object>(row: T & Flags) => ({
    ...row,
    isActive: Boolean(row.isActive),
    wasUndone: Number(row.wasUndone) === 1,
  });
  const groups: KnownGroup[] = await tx.query(GROUPS);
  const ledgerRows: (Flags & { id: string; name: string; code: string | null; billByBill: number; opening: string })[] =
    await tx.query(LEDGERS);
  const ledgers = ledgerRows.map((row) => ({
    ...flags(row),
    billByBill: Boolean(row.billByBill),
    opening: new Decimal(row.opening),
  }));
  const types: (Flags & Omit<KnownType, keyof Flags>)[] = await tx.query(TYPES);
  const centres: (Flags & Omit<KnownCentre, keyof Flags>)[] = await tx.query(CENTRES);
  return {
    settings,
    groups: new NameIndex(groups),
    groupsById: new Map(groups.map((group) => [group.id, group])),
    groupsByCode: byCode(groups),
    ledgers: new NameIndex(ledgers),
    ledgersByCode: byCode(ledgers),
    types: new NameIndex(types.map(flags)),
    categories: new NameIndex(await tx.query(CATEGORIES)),
    centres: new NameIndex(centres.map(flags)),
  };
}

const byCode = <T extends { code: string | null }>(things: readonly T[]): Map<string, T> =>
  new Map(things.flatMap((thing) => (thing.code === null ? [] : [[thing.code, thing] as const])));
