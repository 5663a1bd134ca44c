import { Decimal, encodeCursor } from '@finvera/common';
import { InjectTenantDataSource, InjectTenantReader, TenantDataSource, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { readRecord } from '../records/company-records.js';
import { formatter } from '../reports/amounts.js';
import { readPosition } from '../reports/position.js';
import { COST_CENTRE } from './cost-kinds.js';

interface Row {
  id: string;
  date: string;
  voucher_id: string;
  voucher_number: string | null;
  voucher_type: string;
  ledger_id: string;
  ledger: string;
  narration: string;
  debit: string;
  credit: string;
}

const LINES = `SELECT a.id, a.date, v.id AS voucher_id, v.number AS voucher_number, t.name AS voucher_type, e.ledger_id,
    l.name AS ledger, CASE WHEN e.narration = '' THEN v.narration ELSE e.narration END AS narration, a.debit, a.credit
  FROM cost_allocations a FORCE INDEX (cost_allocations_centre) JOIN entries e ON e.id = a.entry_id AND e.in_books = 1
  JOIN vouchers v ON v.id = a.voucher_id JOIN voucher_types t ON t.id = v.voucher_type_id JOIN ledgers l ON l.id = e.ledger_id
  WHERE a.cost_centre_id = ? AND a.date >= ? AND a.date <= ? AND (a.date > ? OR (a.date = ? AND a.id > CAST(? AS UNSIGNED)))
  ORDER BY a.date, a.id LIMIT ?`;

const COUNT = `SELECT COUNT(*) AS count FROM (SELECT 1 FROM cost_allocations a JOIN entries e ON e.id = a.entry_id AND e.in_books = 1
  WHERE a.cost_centre_id = ? AND a.date >= ? AND a.date <= ? LIMIT ?) some`;

/** The entries of one cost centre in order of date, page by page: from the report down to the vouchers. */
@Injectable()
export class CostCentreStatement {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
  ) {}

  /** How many lines there are, counting no further than `max`. */
  count(id: string, { from, to, max }: { from: string; to: string; max: number }): Promise<number> {
    return this.reader.read(async (source) => {
      const [row] = await source.query(COUNT, [id, from, to, max]);
      return Number(row.count);
    });
  }

  /** @throws DomainError 404 `cost_centre_not_found`, 400 for a cursor that no statement gave out */
  async read(id: string, { from, to, cursor, limit }: { from: string; to: string; cursor?: string; limit: number }) {
    const after = readPosition(cursor);
    const centre = await readRecord(this.dataSource.manager, COST_CENTRE, id);
    const format = formatter((await this.settings.get()).currencyDigits);
    const rows = await this.reader.read((source) =>
      source.query<Row[]>(LINES, [id, from, to, after.date, after.date, after.id, limit + 1]),
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      statement: {
        cost_centre_id: centre.id,
        cost_centre: centre.name,
        from,
        to,
        lines: page.map(({ id: _, debit, credit, ...line }) => ({
          ...line,
          debit: format(new Decimal(debit)),
          credit: format(new Decimal(credit)),
        })),
      },
      nextCursor: rows.length > limit && last ? encodeCursor([last.date, last.id]) : null,
    };
  }
}
