import { setImmediate } from 'node:timers/promises';
import { formatAmount, isoInstant, likePattern, notFound, offsetOf, parseSort, totalOf } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { filterTerms, readMetadata } from '../metadata/metadata.js';
import { distance, foldedWords } from './forgiving-search.js';
import type { LedgerDto, ListLedgersQuery } from './ledger.dto.js';

interface Row
  extends Omit<
    LedgerDto,
    'opening_balance' | 'bill_by_bill' | 'is_active' | 'is_reserved' | 'created_at' | 'updated_at'
  > {
  created_at: Date | string;
  updated_at: Date | string;
  bill_by_bill: number;
  is_active: number;
  is_reserved: number;
  opening_debit: string | null;
  opening_credit: string | null;
  digits: number;
}

const SELECT = `SELECT l.id, l.name, l.code, l.group_id, g.name AS \`group\`, g.nature, l.bill_by_bill, l.credit_days, l.notes, l.metadata,
    l.is_active, l.is_reserved, l.version, l.created_at, l.updated_at, e.debit AS opening_debit, e.credit AS opening_credit,
    c.currency_digits AS digits
  FROM ledgers l JOIN account_groups g ON g.id = l.group_id JOIN company_settings c ON c.id = 1
  LEFT JOIN entries e ON e.voucher_id = l.opening_voucher_id AND e.ledger_id = l.id AND e.in_books = 1`;

const FILTER = 'WHERE (? IS NULL OR l.group_id = ?) AND (? IS NULL OR l.is_active = ?)';
const AND_WORD = ' AND (l.name LIKE ? OR l.code LIKE ?)';
const AND_TERM = ' AND l.id IN (SELECT m.ledger_id FROM ledger_metadata_terms m WHERE m.name = ? AND m.value = ?)';
const NAMES = `SELECT l.id, l.name, l.code FROM ledgers l ${FILTER}`;

/** Names that a search with slips looks through, and what it gives out at most. */
const NAMES_MAX = 20_000;
const NEAREST_MAX = 20;
/** Names between which others come to their turn. */
const NAMES_AT_ONCE = 1_000;

const WORDS_MAX = 8;

const SORTABLE = { name: 'l.name', code: 'l.code', group: 'g.name', created_at: 'l.created_at' } as const;

/** Reads ledgers as plain rows. */
@Injectable()
export class ReadLedgers {
  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /** @throws DomainError 404 `ledger_not_found` */
  async one(id: string, tx?: EntityManager): Promise<LedgerDto> {
    const [row]: Row[] = /^\d{1,20}$/.test(id)
      ? await (tx ?? this.dataSource).query(`${SELECT} WHERE l.id = ?`, [id])
      : [];
    if (!row) throw notFound('ledger', id, 'ledger_not_found');
    return toDto(row);
  }

  async list(query: ListLedgersQuery): Promise<{ ledgers: LedgerDto[]; total: number }> {
    const sort = parseSort(query.sort, Object.keys(SORTABLE) as (keyof typeof SORTABLE)[], {
      field: 'name',
      direction: 'ASC',
    });
    const words = searchWords(query.search).map(likePattern);
    const active = query.is_active === undefined ? null : query.is_active === 'true';
    const terms = filterTerms(query.metadata);
    const where = FILTER + AND_WORD.repeat(words.length) + AND_TERM.repeat(terms.length);
    const filters = [
      query.group_id ?? null,
      query.group_id ?? null,
      active,
      active,
      ...words.flatMap((word) => [word, word]),
      ...terms.flatMap(({ name, value }) => [name, value]),
    ];
    const rows = await this.dataSource.read<Row>(
      `${SELECT} ${where} ORDER BY ${SORTABLE[sort.field]} ${sort.direction}, l.id LIMIT ? OFFSET ?`,
      [...filters, query.limit + 1, offsetOf(query)],
    );
    if (rows.length === 0 && query.page === 1 && words.length > 0 && terms.length === 0) return this.nearest(query);
    const total = await totalOf(query, rows.length, async () => {
      const [counted] = await this.dataSource.query(`SELECT COUNT(*) AS total FROM ledgers l ${where}`, filters);
      return Number(counted.total);
    });
    return { ledgers: rows.slice(0, query.limit).map(toDto), total };
  }

  /** What was mistyped: the nearest names, nearest first. Only asked when the words as they stand find nothing. */
  private async nearest(query: ListLedgersQuery): Promise<{ ledgers: LedgerDto[]; total: number }> {
    const words = foldedWords(query.search ?? '').slice(0, WORDS_MAX);
    const active = query.is_active === undefined ? null : query.is_active === 'true';
    const group = query.group_id ?? null;
    const names = await this.dataSource.read<{ id: string; name: string; code: string | null }>(`${NAMES} LIMIT ?`, [
      group, group, active, active, NAMES_MAX,
    ]); // biome-ignore format: one call
    const near: { id: string; name: string; far: number }[] = [];
    for (const [index, { id, name, code }] of names.entries()) {
      if (index % NAMES_AT_ONCE === NAMES_AT_ONCE - 1) await setImmediate();
      const far = distance(words, foldedWords(`${name} ${code ?? ''}`));
      if (far !== null) near.push({ id, name, far });
    }
    const ids = near
      .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
      .slice(0, Math.min(query.limit, NEAREST_MAX))
      .map(({ id }) => id);
    if (ids.length === 0) return { ledgers: [], total: 0 };
    const rows: Row[] = await this.dataSource.query(`${SELECT} WHERE l.id IN (?)`, [ids]);
    const byId = new Map(rows.map((row) => [row.id, toDto(row)]));
    return { ledgers: ids.flatMap((id) => byId.get(id) ?? []), total: ids.length };
  }
}

/**
 * The words of a search: each is looked for in name and code, in any order; case, accents (by the collation) and
 * signs between them do not count.
 */
export function searchWords(search = ''): string[] {
  const words = search.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== '');
  if (words.length === 0 && search.trim() !== '') return [search.trim()];
  return words.slice(0, WORDS_MAX);
}

/** As the column would say it. */
const NOTHING = '0.0000';

/** Field by field: taking some out of a row and spreading the rest is what a page of ledgers would cost most. */
function toDto(row: Row): LedgerDto {
  const onCredit = row.opening_credit !== null && /[1-9]/.test(row.opening_credit);
  const growsOnDebit = row.nature === 'asset' || row.nature === 'expense';
  return {
    id: row.id,
    name: row.name,
    code: row.code,
    group_id: row.group_id,
    group: row.group,
    nature: row.nature,
    opening_balance: {
      amount: formatAmount((onCredit ? row.opening_credit : row.opening_debit) ?? NOTHING, row.digits),
      side: !onCredit && (row.opening_debit !== null || growsOnDebit) ? 'debit' : 'credit',
    },
    bill_by_bill: Boolean(row.bill_by_bill),
    credit_days: row.credit_days,
    metadata: readMetadata(row.metadata),
    notes: row.notes,
    is_active: Boolean(row.is_active),
    is_reserved: Boolean(row.is_reserved),
    version: row.version,
    created_at: isoInstant(row.created_at),
    updated_at: isoInstant(row.updated_at),
  };
}
