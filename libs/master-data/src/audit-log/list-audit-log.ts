import { decodeCursor, encodeCursor } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { AuditLogQuery } from './audit-log.dto.js';

interface Row {
  id: string;
  at: Date;
  before_state: unknown;
  after_state: unknown;
  [column: string]: unknown;
}

/** Newest first, filtered. */
@Injectable()
export class ListAuditLog {
  constructor(@InjectDataSource() private readonly master: DataSource) {}

  async list(query: AuditLogQuery) {
    const before = query.cursor ? decodeCursor(query.cursor, 1)[0] : null;
    const rows: Row[] = await this.master.query(
      `SELECT id, at, actor_id, actor_name, actor_kind, request_id, ip, action, tenant_id, object_type, object_id,
          before_state, after_state, hash
        FROM audit_log
        WHERE (? IS NULL OR id < ?) AND (? IS NULL OR tenant_id = ?) AND (? IS NULL OR action = ?) AND (? IS NULL OR actor_name = ?)
        ORDER BY id DESC LIMIT ?`,
      [before, before, ...twice(query.tenant_id), ...twice(query.action), ...twice(query.actor), query.limit + 1],
    );
    const page = rows.slice(0, query.limit).map((row) => ({
      ...row,
      id: String(row.id),
      at: row.at.toISOString(),
      before_state: parsed(row.before_state),
      after_state: parsed(row.after_state),
    }));
    const last = page.at(-1);
    return { entries: page, nextCursor: rows.length > query.limit && last ? encodeCursor([last.id]) : null };
  }
}

const twice = (value: string | undefined) => [value ?? null, value ?? null];

/** MariaDB keeps JSON as text, MySQL as JSON. */
const parsed = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value);
