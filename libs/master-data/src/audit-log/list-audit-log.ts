import { decodeCursor, encodeCursor } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { readAuditHead } from './audit-chain.js';
import { toAuditEntryDto } from './audit-entry.js';
import { auditCondition, endOf } from './audit-filter.js';
import type { AuditEntryDto, AuditLogQuery } from './audit-log.dto.js';
import { AUDIT_COLUMNS, type AuditRow } from './read-audit-rows.js';

/** Entries that one page of a search looks through: no index finds a part of a text. */
const SEARCHED_MAX = 50_000;

/** Newest first, filtered. */
@Injectable()
export class ListAuditLog {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  /** A page of a search may have fewer entries than asked for, and yet a cursor: it goes on where this one stopped looking. */
  async list(query: AuditLogQuery): Promise<{ entries: AuditEntryDto[]; nextCursor: string | null }> {
    const { sql, parameters } = auditCondition(query);
    const before = query.cursor ? Number(decodeCursor(query.cursor, 1)[0]) : await this.beginOf(query);
    const searchedTo = query.search ? before - SEARCHED_MAX : 0;
    const rows: AuditRow[] = await this.master.query(
      `SELECT ${AUDIT_COLUMNS} FROM audit_log WHERE id < ? AND id >= ? AND ${sql} ORDER BY id DESC LIMIT ?`,
      [before, Math.max(searchedTo, 0), ...parameters, query.limit + 1],
    );
    const entries = rows.slice(0, query.limit).map(toAuditEntryDto);
    const more = rows.length > query.limit;
    const next = more ? Number(entries.at(-1)!.id) : searchedTo;
    const { anchorId } = more || searchedTo > 0 ? await readAuditHead(this.master) : { anchorId: 0 };
    return { entries, nextCursor: more || searchedTo > anchorId + 1 ? encodeCursor([next]) : null };
  }

  /** The number that no wanted entry reaches. */
  private async beginOf({ search, to }: AuditLogQuery): Promise<number> {
    if (!search) return Number.MAX_SAFE_INTEGER;
    if (!to) return (await readAuditHead(this.master)).lastId + 1;
    const [row]: { last: string | null }[] = await this.master.query(
      'SELECT MAX(id) AS `last` FROM audit_log WHERE at < ?',
      [endOf(to)],
    );
    return Number(row?.last ?? 0) + 1;
  }
}
