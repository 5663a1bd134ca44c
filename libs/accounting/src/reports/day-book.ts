import { decodeCursor, encodeCursor } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { ReadVouchers } from '../vouchers/read-vouchers.js';

const PAGE = `SELECT v.id, v.date FROM vouchers v
  WHERE v.is_opening = 0 AND v.status <> 'draft' AND v.date >= ? AND v.date <= ? AND (v.date > ? OR (v.date = ? AND v.id > ?))
  ORDER BY v.date, v.id LIMIT ?`;

/** All vouchers of a period in order; cancelled ones are there, marked by their status. */
@Injectable()
export class DayBook {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly readVouchers: ReadVouchers,
  ) {}

  async read({ from, to, cursor, limit }: { from: string; to: string; cursor?: string; limit: number }) {
    const [date, id] = (cursor ? decodeCursor(cursor, 2) : ['1000-01-01', '0']).map(String) as [string, string];
    const rows: { id: string; date: string }[] = await this.dataSource.query(PAGE, [
      from,
      to,
      date,
      date,
      id,
      limit + 1,
    ]);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      vouchers: await this.readVouchers.byIds(page.map((row) => row.id)),
      nextCursor: rows.length > limit && last ? encodeCursor([last.date, last.id]) : null,
    };
  }
}
