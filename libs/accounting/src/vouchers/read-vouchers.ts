import { Decimal, formatAmount, groupBy, likePattern, notFound, offsetOf, parseSort } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  APPROVAL_COLUMNS,
  type ApprovalColumns,
  approvalOfColumns,
  STATUS_SHOWN,
} from '../approvals/approval-answer.js';
import { CompanySettingsReader } from '../company/company-settings.js';
import { type ForeignColumns, foreignOfColumns } from '../currencies/foreign-amount.js';
import { readStockParts } from '../stock/stored-stock.js';
import { filterTerms, readMetadata } from '../metadata/metadata.js';
import type { BillAnswerDto, EntryAnswerDto, ListVouchersQuery, VoucherDto } from './voucher.dto.js';

interface VoucherRow extends Omit<VoucherDto, 'entries' | 'approval' | 'created_at' | 'updated_at'>, ApprovalColumns {
  created_at: Date;
  updated_at: Date;
}

interface EntryRow extends ForeignColumns {
  id: string;
  voucher_id: string;
  ledger_id: string;
  ledger: string;
  debit: string;
  credit: string;
  narration: string;
}

interface BillRow {
  entry_id: string;
  type: BillAnswerDto['type'];
  name: string;
  due_date: string | null;
  debit: string;
  credit: string;
}

interface CostRow {
  entry_id: string;
  cost_centre_id: string;
  cost_centre: string;
  debit: string;
  credit: string;
}

/** What belongs to an entry, by its id. */
interface PartsOfEntries {
  bills: Map<string, BillRow[]>;
  costs: Map<string, CostRow[]>;
}

const SELECT_VOUCHERS = `SELECT v.id, t.name AS voucher_type, v.voucher_type_id, t.base_type, v.date, v.number, v.narration,
    v.reference, ${STATUS_SHOWN} AS status, p.voucher_id IS NOT NULL AS post_dated, v.total, v.reversal_of_id, r.id AS reversed_by_id, v.cancel_reason, v.lock_override_reason,
    v.metadata, v.version, v.created_by, v.created_at, v.updated_at, ${APPROVAL_COLUMNS}
  FROM vouchers v JOIN voucher_types t ON t.id = v.voucher_type_id LEFT JOIN vouchers r ON r.standing_reversal_of_id = v.id
  LEFT JOIN post_dated_vouchers p ON p.voucher_id = v.id LEFT JOIN voucher_approvals a ON a.voucher_id = v.id
  WHERE v.id IN (?)`;

const SELECT_ENTRIES = `SELECT e.id, e.voucher_id, e.ledger_id, l.name AS ledger, e.debit, e.credit, e.narration,
    f.currency, f.debit AS foreign_debit, f.credit AS foreign_credit, f.rate, f.purpose
  FROM entries e JOIN vouchers v ON v.id = e.voucher_id AND v.version = e.voucher_version JOIN ledgers l ON l.id = e.ledger_id
  LEFT JOIN entry_currencies f ON f.entry_id = e.id
  WHERE e.voucher_id IN (?) ORDER BY e.voucher_id, e.line_no`;

const SELECT_BILLS = `SELECT b.entry_id, b.type, b.name, b.due_date, b.debit, b.credit
  FROM bill_allocations b JOIN vouchers v ON v.id = b.voucher_id AND v.version = b.voucher_version
  WHERE b.voucher_id IN (?) ORDER BY b.id`;

const SELECT_COSTS = `SELECT a.entry_id, a.cost_centre_id, c.name AS cost_centre, a.debit, a.credit
  FROM cost_allocations a JOIN vouchers v ON v.id = a.voucher_id AND v.version = a.voucher_version
  JOIN cost_centres c ON c.id = a.cost_centre_id WHERE a.voucher_id IN (?) ORDER BY a.id`;

const AND_TERM = ' AND v.id IN (SELECT m.voucher_id FROM voucher_metadata_terms m WHERE m.name = ? AND m.value = ?)';

/** What waits for approval is a draft to the books. */
const SUBMITTED = "v.id IN (SELECT w.voucher_id FROM voucher_approvals w WHERE w.state = 'submitted')";
const AND_APPROVAL: Partial<Record<string, string>> = {
  submitted: ` AND ${SUBMITTED}`,
  draft: ` AND NOT ${SUBMITTED}`,
};

/** More are not counted: nobody turns so many pages, and counting millions takes longer than reading one. */
const COUNTED_MAX = 50_000;

const TYPES_NAMED = 'SELECT id FROM voucher_types WHERE id = ? OR name = ?';
/** A voucher that touches a ledger; left away when none is asked for, so that the order's index leads. */
const AND_LEDGER = ` AND v.id IN (SELECT e.voucher_id FROM entries e WHERE e.ledger_id = ? AND e.voucher_version = v.version)`;

/** In the order in which they are found without sorting: ids rise with the time of creation. */
const SORTABLE = { date: 'v.date', number: 'v.number', total: 'v.total', created_at: 'v.id' } as const;

/** Reads vouchers with their entries as plain rows. */
@Injectable()
export class ReadVouchers {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly settings: CompanySettingsReader,
  ) {}

  /** @throws DomainError 404 `voucher_not_found` */
  async one(id: string, tx?: EntityManager): Promise<VoucherDto> {
    const [voucher] = /^\d{1,20}$/.test(id) ? await this.byIds([id], { tx }) : [];
    if (!voucher) throw notFound('voucher', id, 'voucher_not_found');
    return voucher;
  }

  /**
   * In the order of the ids.
   * @param from inside a transaction; or where a report is read from
   */
  async byIds(
    ids: readonly string[],
    { tx, source = tx ?? this.dataSource }: { tx?: EntityManager; source?: Pick<EntityManager, 'query'> } = {},
  ): Promise<VoucherDto[]> {
    if (ids.length === 0) return [];
    const digits = (await this.settings.get(tx)).currencyDigits;
    const rows: VoucherRow[] = await source.query(SELECT_VOUCHERS, [ids]);
    const entryRows: EntryRow[] = await source.query(SELECT_ENTRIES, [ids]);
    const billRows: BillRow[] = await source.query(SELECT_BILLS, [ids]);
    const costRows: CostRow[] = await source.query(SELECT_COSTS, [ids]);
    const stock = await readStockParts(source, ids, digits);
    const parts: PartsOfEntries = {
      bills: groupBy(billRows, (bill) => bill.entry_id),
      costs: groupBy(costRows, (part) => part.entry_id),
    };
    const entries = groupBy(entryRows, (entry) => entry.voucher_id);
    const byId = new Map(
      rows.map(({ approval_state, submitted_by, submitted_at, decided_by, decided_at, approval_reason, ...row }) => [
        row.id,
        {
          ...row,
          approval: approvalOfColumns({
            approval_state,
            submitted_by,
            submitted_at,
            decided_by,
            decided_at,
            approval_reason,
          }),
          // a text on MySQL
          post_dated: Number(row.post_dated) === 1,
          stock: stock.get(row.id) ?? [],
          metadata: readMetadata(row.metadata),
          total: formatAmount(row.total, digits),
          entries: (entries.get(row.id) ?? []).map((entry) => toEntry(entry, parts, digits)),
          created_at: row.created_at.toISOString(),
          updated_at: row.updated_at.toISOString(),
        },
      ]),
    );
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /** @returns `total` counts up to 50,000; `hasMore` says that there are more than were counted */
  async list(query: ListVouchersQuery): Promise<{ vouchers: VoucherDto[]; total: number; hasMore: boolean }> {
    const sort = parseSort(query.sort, Object.keys(SORTABLE) as (keyof typeof SORTABLE)[], {
      field: 'date',
      direction: 'ASC',
    });
    const terms = filterTerms(query.metadata);
    const like = query.search ? likePattern(query.search) : null;
    const { from = null, to = null, type, status = null, ledger_id: ledgerId } = query;
    const types = type === undefined ? null : await this.typesNamed(type);
    const where = `FROM vouchers v
      WHERE v.is_opening <= ? AND (? IS NULL OR v.date >= ?) AND (? IS NULL OR v.date <= ?) AND (? IS NULL OR v.voucher_type_id IN (?))
        AND (? IS NULL OR v.status = ?) AND (? IS NULL OR v.number LIKE ? OR v.narration LIKE ? OR v.reference LIKE ?)${AND_APPROVAL[status ?? ''] ?? ''}${ledgerId === undefined ? '' : AND_LEDGER}${AND_TERM.repeat(terms.length)}`;
    const stored = status === 'submitted' ? 'draft' : status;
    const openings = query.include_opening === 'true' ? 1 : 0;
    const filters = [
      openings, from, from, to, to, types && 1, types ?? ['0'], stored, stored, like, like, like, like,
      ...(ledgerId === undefined ? [] : [ledgerId]), ...terms.flatMap(({ name, value }) => [name, value]),
    ]; // biome-ignore format: one list
    const ids: { id: string }[] = await this.dataSource.query(
      `SELECT v.id ${where} ORDER BY ${SORTABLE[sort.field]} ${sort.direction}, v.id ${sort.direction} LIMIT ? OFFSET ?`,
      [...filters, query.limit, offsetOf(query)],
    );
    const [{ total }] = await this.dataSource.query(
      `SELECT COUNT(*) AS total FROM (SELECT 1 ${where} LIMIT ?) counted`,
      [...filters, COUNTED_MAX + 1],
    );
    return {
      vouchers: await this.byIds(ids.map(({ id }) => id)),
      total: Math.min(Number(total), COUNTED_MAX),
      hasMore: Number(total) > COUNTED_MAX,
    };
  }

  /** No type of that name: a list that no voucher is on. */
  private async typesNamed(type: string): Promise<string[]> {
    const rows: { id: string }[] = await this.dataSource.query(TYPES_NAMED, [type, type]);
    return rows.length > 0 ? rows.map(({ id }) => id) : ['0'];
  }
}

function toEntry(row: EntryRow, parts: PartsOfEntries, digits: number): EntryAnswerDto {
  return {
    id: row.id,
    ledger_id: row.ledger_id,
    ledger: row.ledger,
    narration: row.narration,
    debit: nonZero(row.debit, digits),
    credit: nonZero(row.credit, digits),
    bills: (parts.bills.get(row.id) ?? []).map(
      (bill): BillAnswerDto => ({
        type: bill.type,
        name: bill.name,
        amount: nonZero(bill.debit, digits) ?? formatAmount(bill.credit, digits),
        due_date: bill.due_date,
      }),
    ),
    foreign: foreignOfColumns(row),
    cost_centres: (parts.costs.get(row.id) ?? []).map(({ cost_centre_id, cost_centre, debit, credit }) => ({
      cost_centre_id,
      cost_centre,
      amount: nonZero(debit, digits) ?? formatAmount(credit, digits),
    })),
  };
}

const nonZero = (amount: string, digits: number): string | null =>
  new Decimal(amount).isZero() ? null : formatAmount(amount, digits);
