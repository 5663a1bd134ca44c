import { isoInstant, notFound, offsetOf, totalOf } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { SqlSession } from '../schema/sql-session.js';
import type { LedgerMergeDto, ListLedgerMergesQuery } from './ledger-merge.dto.js';

const SELECT = `SELECT m.id, m.from_ledger_id, f.name AS from_ledger, m.into_ledger_id, i.name AS into_ledger, m.status,
    (SELECT COUNT(*) FROM ledger_merge_vouchers v WHERE v.merge_id = m.id) AS vouchers, m.reason, m.created_at
  FROM ledger_merges m JOIN ledgers f ON f.id = m.from_ledger_id JOIN ledgers i ON i.id = m.into_ledger_id`;

const OF_LEDGER = 'WHERE (? IS NULL OR m.from_ledger_id = ? OR m.into_ledger_id = ?)';

type Row = Omit<LedgerMergeDto, 'created_at'> & { created_at: Date | string };

const toDto = (row: Row): LedgerMergeDto => ({
  ...row,
  vouchers: Number(row.vouchers),
  created_at: isoInstant(row.created_at),
});

/** @throws DomainError 404 `ledger_merge_not_found` */
export async function readMerge(session: SqlSession, id: string): Promise<LedgerMergeDto> {
  const [row]: Row[] = /^\d{1,20}$/.test(id) ? await session.query(`${SELECT} WHERE m.id = ?`, [id]) : [];
  if (!row) throw notFound('merge of ledgers', id, 'ledger_merge_not_found');
  return toDto(row);
}

/** The merges of a company, newest first. */
@Injectable()
export class ReadLedgerMerges {
  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  async list(query: ListLedgerMergesQuery): Promise<{ merges: LedgerMergeDto[]; total: number }> {
    const { ledger_id: id = null } = query;
    const rows: Row[] = await this.dataSource.query(`${SELECT} ${OF_LEDGER} ORDER BY m.id DESC LIMIT ? OFFSET ?`, [
      id, id, id, query.limit + 1, offsetOf(query),
    ]); // biome-ignore format: one call
    const total = await totalOf(query, rows.length, async () => {
      const [counted] = await this.dataSource.query(`SELECT COUNT(*) AS total FROM ledger_merges m ${OF_LEDGER}`, [
        id,
        id,
        id,
      ]);
      return Number(counted.total);
    });
    return { merges: rows.slice(0, query.limit).map(toDto), total };
  }
}
