import type { Actor } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { stringify } from 'csv-stringify/sync';
import { DataSource } from 'typeorm';
import { readAuditHead } from './audit-chain.js';
import { toAuditEntryDto } from './audit-entry.js';
import { auditCondition } from './audit-filter.js';
import { AuditLog } from './audit-log.js';
import type { AuditEntryDto, AuditExportFormat, AuditLogFilter } from './audit-log.dto.js';
import { AUDIT_COLUMNS, type AuditRow } from './read-audit-rows.js';

const PAGE = 1_000;
const FIELDS: (keyof AuditEntryDto)[] = [
  'id', 'at', 'actor_id', 'actor_name', 'actor_kind', 'request_id', 'ip', 'action', 'tenant_id', 'object_type', 'object_id',
  'before_state', 'after_state', 'previous_hash', 'hash',
]; // biome-ignore format: a list

export interface AuditExport {
  format: AuditExportFormat;
  filter?: AuditLogFilter;
}

/** The audit log as text for other programs, oldest first: what is there when the export begins. */
@Injectable()
export class ExportAuditLog {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Audited. A page is read when the one before was taken, so that memory does not grow with the log.
   * @throws DomainError 400 before anything is written, when the filter cannot be meant so
   */
  async begin({ format, filter = {} }: AuditExport, actor: Actor): Promise<AsyncGenerator<string>> {
    const condition = auditCondition(filter);
    const { anchorId, lastId } = await readAuditHead(this.master);
    await this.master.transaction((tx) =>
      this.audit.record(tx, actor, {
        action: 'audit.exported',
        objectType: 'audit_log',
        objectId: String(lastId),
        after: { format, filter: { ...filter }, through_id: lastId },
      }),
    );
    return this.pages(format, condition, anchorId, lastId);
  }

  private async *pages(
    format: AuditExportFormat,
    { sql, parameters }: ReturnType<typeof auditCondition>,
    first: number,
    through: number,
  ): AsyncGenerator<string> {
    if (format === 'csv') yield csv([FIELDS]);
    for (let last = first; ; ) {
      const rows: AuditRow[] = await this.master.query(
        `SELECT ${AUDIT_COLUMNS} FROM audit_log WHERE id > ? AND id <= ? AND ${sql} ORDER BY id LIMIT ?`,
        [last, through, ...parameters, PAGE],
      );
      if (rows.length > 0) yield pageOf(format, rows.map(toAuditEntryDto));
      if (rows.length < PAGE) return;
      last = Number(rows.at(-1)!.id);
    }
  }
}

function pageOf(format: AuditExportFormat, entries: readonly AuditEntryDto[]): string {
  if (format === 'csv') return csv(entries.map((entry) => FIELDS.map((field) => cellOf(entry[field]))));
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

const cellOf = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** What begins like a formula is quoted: people open such files in spreadsheets. */
const csv = (rows: readonly (readonly string[])[]): string =>
  stringify(rows as string[][], { escape_formulas: true, record_delimiter: 'windows' });
