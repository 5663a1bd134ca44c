import { encodeCursor } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { ReadVouchers } from '../vouchers/read-vouchers.js';
import { readPosition } from './position.js';

const PAGE = `SELECT v.id, v.date FROM vouchers v
  WHERE v.is_opening = 0 AND v.status <> 'draft' AND v.date >= ? AND v.date <= ?
    AND (v.date > ? OR (v.date = ? AND v.id > CAST(? AS UNSIGNED)))
  ORDER BY v.date, v.id LIMIT ?`;

export interface DayBookRequest {
  from: string;
  to: string;
  cursor?: string;
  /** vouchers on a page */
  limit: number;
}

/** All vouchers of a period in order of date and entry; cancelled ones are there, marked by their status. */
@Injectable()
export class DayBook {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly readVouchers: ReadVouchers,
  ) {}

  /** @throws DomainError 400 for a cursor that no day book gave out */
  async read({ from, to, cursor, limit }: DayBookRequest) {
    const after = readPosition(cursor);
    return this.reader.read(async (source) => {
      const rows: { id: string; date: string }[] = await source.query(PAGE, [
        from, to, after.date, after.date, after.id, limit + 1,
      ]); // biome-ignore format: one call
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const ids = page.map((row) => row.id);
      return {
        vouchers: await this.readVouchers.byIds(ids, { source }),
        nextCursor: rows.length > limit && last ? encodeCursor([last.date, last.id]) : null,
      };
    });
  }
}
