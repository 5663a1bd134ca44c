import { addDays, decodeCursor, encodeCursor, readJson, startOfDay } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import type { EditLogRow } from './content-hash.js';
import type { EditLogEntryDto, EditLogQuery } from './edit-log.dto.js';

interface Row extends Omit<EditLogRow, 'before' | 'after'> {
  before_state: unknown;
  after_state: unknown;
  content_hash: string;
}

// a filter that is not asked for is NULL, and the optimizer drops its line
const SELECT = `SELECT id, at, actor_id, actor_name, actor_kind, request_id, ip, action, object_type, object_id,
    object_name, reason, before_state, after_state, content_hash
  FROM edit_log
  WHERE (? IS NULL OR id < ?)
    AND (? IS NULL OR object_type = ?)
    AND (? IS NULL OR object_id = ?)
    AND (? IS NULL OR actor_id = ?)
    AND (? IS NULL OR action = ?)
    AND (? IS NULL OR at >= ?)
    AND (? IS NULL OR at < ?)
  ORDER BY id DESC LIMIT ?`;

/** Reads the edit log, newest first. */
@Injectable()
export class ReadEditLog {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly settings: CompanySettingsReader,
  ) {}

  async read(query: EditLogQuery): Promise<{ entries: EditLogEntryDto[]; nextCursor: string | null }> {
    const before = query.cursor ? String(decodeCursor(query.cursor, 1)[0]) : null;
    const { object_type, object_id, actor_id, action } = query;
    const filters = [before, object_type, object_id, actor_id, action, ...(await this.instants(query))];
    const rows: Row[] = await this.dataSource.query(SELECT, [
      ...filters.flatMap((filter) => [filter ?? null, filter ?? null]),
      query.limit + 1,
    ]);
    const entries = rows.slice(0, query.limit).map(toEntry);
    const last = entries.at(-1);
    return { entries, nextCursor: rows.length > query.limit && last ? encodeCursor([last.id]) : null };
  }

  private async instants({ from, to }: EditLogQuery): Promise<[from: Date | null, before: Date | null]> {
    if (from === undefined && to === undefined) return [null, null];
    const { timeZone } = await this.settings.get();
    return [from ? startOfDay(from, timeZone) : null, to ? startOfDay(addDays(to, 1), timeZone) : null];
  }
}

const toEntry = ({ before_state, after_state, at, content_hash, ...row }: Row): EditLogEntryDto => ({
  ...row,
  at: at.toISOString(),
  before: readJson(before_state),
  after: readJson(after_state),
  content_hash,
});
