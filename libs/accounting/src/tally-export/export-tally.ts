import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { type GroupTree, ReadGroupTree } from '../reports/group-tree.js';
import { BEGINNING } from '../reports/position.js';
import { ReadVouchers } from '../vouchers/read-vouchers.js';
import type { BaseType } from '../vouchers/voucher-type.entity.js';
import { element, groupName, master, tallyAmount, tallyDate, voucherElement } from './tally-elements.js';

const VOUCHERS_AT_ONCE = 200;
const LEDGERS_AT_ONCE = 500;

const BASE_NAMES: Record<BaseType, string> = {
  contra: 'Contra', payment: 'Payment', receipt: 'Receipt', journal: 'Journal', sales: 'Sales', purchase: 'Purchase',
  credit_note: 'Credit Note', debit_note: 'Debit Note', memorandum: 'Memorandum', reversing_journal: 'Reversing Journal',
  opening: 'Journal', closing: 'Journal',
}; // biome-ignore format: a table

const TYPES = 'SELECT id, name, base_type AS baseType FROM voucher_types ORDER BY created_at, id';
const CENTRES = `SELECT c.id, c.name, k.name AS category, p.name AS parent FROM cost_centres c
  JOIN cost_categories k ON k.id = c.category_id LEFT JOIN cost_centres p ON p.id = c.parent_id ORDER BY c.id`;
const LEDGERS = `SELECT l.id, l.name, l.group_id AS groupId, l.bill_by_bill AS billByBill, l.reserved_code AS code,
    l.opening_voucher_id AS openingId, e.debit, e.credit,
    l.reserved_code = 'opening_difference' AND NOT EXISTS (SELECT 1 FROM entries o WHERE o.ledger_id = l.id AND o.is_opening = 0) AS isDifference
  FROM ledgers l LEFT JOIN entries e ON e.voucher_id = l.opening_voucher_id AND e.ledger_id = l.id AND e.in_books = 1
  WHERE l.id > CAST(? AS UNSIGNED) ORDER BY l.id LIMIT ?`;
const OPENING_BILLS = `SELECT ledger_id AS ledgerId, name, date, debit, credit FROM bill_allocations
  WHERE voucher_id IN (?) AND in_books = 1 AND type <> 'on_account' ORDER BY id`;
const VOUCHERS = `SELECT v.id, v.date FROM vouchers v
  WHERE v.status IN ('posted', 'cancelled') AND v.is_opening = 0 AND (v.date > ? OR (v.date = ? AND v.id > CAST(? AS UNSIGNED)))
  ORDER BY v.date, v.id LIMIT ?`;

interface TypeRow {
  id: string;
  name: string;
  baseType: BaseType;
}

interface CentreRow {
  id: string;
  name: string;
  category: string;
  parent: string | null;
}

interface LedgerRow {
  id: string;
  name: string;
  groupId: string;
  billByBill: number;
  code: string | null;
  openingId: string | null;
  debit: string | null;
  credit: string | null;
  /** carries what openings leave, and nothing else; null on ledgers without a code */
  isDifference: number | null;
}

/**
 * The books as a file that Tally imports, and this program as well: masters with openings, then all posted vouchers in
 * order of date; of cancelled ones number and date, as Tally keeps them. Memory holds some hundred of them.
 */
@Injectable()
export class ExportTally {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly groupTree: ReadGroupTree,
    private readonly readVouchers: ReadVouchers,
  ) {}

  async *write(): AsyncGenerator<string> {
    const tree = await this.groupTree.read();
    const types = await this.rows<TypeRow>(TYPES);
    const centres = await this.rows<CentreRow>(CENTRES);
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<ENVELOPE>\n<HEADER><TALLYREQUEST>Import Data</TALLYREQUEST></HEADER>\n';
    yield '<BODY><IMPORTDATA><REQUESTDESC><REPORTNAME>All Masters</REPORTNAME></REQUESTDESC><REQUESTDATA>\n';
    yield* groups(tree);
    for (const { name, category, parent } of centres)
      yield master('COSTCENTRE', name, element('CATEGORY', category) + element('PARENT', parent ?? ''));
    for (const { name, baseType } of types)
      if (baseType !== 'opening' && baseType !== 'closing')
        yield master('VOUCHERTYPE', name, element('PARENT', BASE_NAMES[baseType]));
    yield* this.ledgers(tree);
    yield* this.vouchers(types, centres);
    yield '</REQUESTDATA></IMPORTDATA></BODY>\n</ENVELOPE>\n';
  }

  private async *ledgers(tree: GroupTree): AsyncGenerator<string> {
    for (let after = '0'; ; ) {
      const rows = await this.rows<LedgerRow>(LEDGERS, [after, LEDGERS_AT_ONCE]);
      const openings = rows.flatMap(({ openingId }) => openingId ?? []);
      const bills =
        openings.length === 0
          ? []
          : await this.rows<{ ledgerId: string; name: string; date: string; debit: string; credit: string }>(
              OPENING_BILLS,
              [openings],
            );
      for (const { id, name, groupId, billByBill, code, debit, credit, isDifference } of rows) {
        if (Number(isDifference) === 1) continue;
        const parts = bills
          .filter(({ ledgerId }) => ledgerId === id)
          .map(
            (bill) =>
              `<BILLALLOCATIONS.LIST>${element('NAME', bill.name)}${element('BILLDATE', tallyDate(bill.date))}${element('OPENINGBALANCE', tallyAmount(bill.debit, bill.credit))}</BILLALLOCATIONS.LIST>`,
          );
        // what openings leave is no opening of its own
        const opening = debit === null || code === 'opening_difference' ? '' : tallyAmount(debit, credit);
        yield master(
          'LEDGER',
          name,
          [
            element('PARENT', code === 'profit_and_loss' ? 'Primary' : groupName(tree.get(groupId))),
            element('ISBILLWISEON', billByBill ? 'Yes' : 'No'),
            opening === '' ? '' : element('OPENINGBALANCE', opening),
            ...parts,
          ].join(''),
        );
      }
      if (rows.length < LEDGERS_AT_ONCE) return;
      after = rows.at(-1)!.id;
    }
  }

  private async *vouchers(types: readonly TypeRow[], centres: readonly CentreRow[]): AsyncGenerator<string> {
    const categories = new Map(centres.map(({ id, category }) => [id, category]));
    // those of a closed year are journals elsewhere
    const hidden = new Map(
      types.flatMap(({ id, baseType }) => (baseType === 'closing' ? [[id, 'Journal'] as const] : [])),
    );
    for (let after: { date: string; id: string } = BEGINNING; ; ) {
      const page = await this.rows<{ id: string; date: string }>(VOUCHERS, [
        after.date, after.date, after.id, VOUCHERS_AT_ONCE,
      ]); // biome-ignore format: one call
      const ids = page.map(({ id }) => id);
      const vouchers = await this.reader.read((source) => this.readVouchers.byIds(ids, { source }));
      for (const voucher of vouchers)
        yield voucherElement(
          voucher,
          hidden.get(voucher.voucher_type_id) ?? voucher.voucher_type,
          (id) => categories.get(id) ?? '',
        );
      const last = page.at(-1);
      if (!last || page.length < VOUCHERS_AT_ONCE) return;
      after = last;
    }
  }

  private rows<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.reader.read((source) => source.query<Row[]>(sql, parameters as never));
  }
}

/** The company's own groups, those above first; Tally has the others already. */
function* groups(tree: GroupTree): Generator<string> {
  const own = tree.groups.filter(({ reservedCode }) => reservedCode === null);
  const depth = ({ id }: { id: string }) => tree.path(id).length;
  for (const group of [...own].sort((a, b) => depth(a) - depth(b))) {
    const isRevenue = group.nature === 'income' || group.nature === 'expense';
    const growsOnDebit = group.nature === 'asset' || group.nature === 'expense';
    const flag = (tag: string, yes: boolean) => element(tag, yes ? 'Yes' : 'No');
    yield master(
      'GROUP',
      group.name,
      [
        element('PARENT', group.parentId === null ? '' : groupName(tree.get(group.parentId))),
        flag('ISREVENUE', isRevenue),
        flag('ISDEEMEDPOSITIVE', growsOnDebit),
        flag('AFFECTSGROSSPROFIT', group.affectsGrossProfit),
      ].join(''),
    );
  }
}
