import { encodeCursor, formatAmount, notFound } from '@finvera/common';
import { InjectTenantDataSource, InjectTenantReader, TenantDataSource, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { voucherLink } from './frame/links.js';
import { readPosition } from './position.js';

const FIND_TYPE = `SELECT id, name FROM voucher_types WHERE id = ? OR name = ? ORDER BY id = ? DESC LIMIT 1`;

/** By the index on type and date: a page costs what is on it. */
const PAGE = `SELECT v.id AS voucher_id, v.date, v.number AS voucher_number, v.narration, v.reference, v.status, v.total AS amount,
    (SELECT l.name FROM entries e JOIN ledgers l ON l.id = e.ledger_id
      WHERE e.voucher_id = v.id AND e.voucher_version = v.version ORDER BY e.line_no LIMIT 1) AS particulars
  FROM vouchers v FORCE INDEX (vouchers_type_date)
  WHERE v.voucher_type_id = ? AND v.date >= ? AND v.date <= ? AND (v.date > ? OR (v.date = ? AND v.id > CAST(? AS UNSIGNED)))
    AND v.status <> 'draft'
  ORDER BY v.date, v.id LIMIT ?`;

const MONTHS = `SELECT DATE_FORMAT(v.date, '%Y-%m') AS month, SUM(v.status = 'posted') AS posted, SUM(v.status = 'cancelled') AS cancelled,
    SUM(CASE WHEN v.status = 'posted' THEN v.total ELSE 0 END) AS amount
  FROM vouchers v FORCE INDEX (vouchers_type_date)
  WHERE v.voucher_type_id = ? AND v.date BETWEEN ? AND ? AND v.status <> 'draft' GROUP BY DATE_FORMAT(v.date, '%Y-%m') ORDER BY month`;

const COUNT = `SELECT COUNT(*) AS count FROM (SELECT 1 FROM vouchers v FORCE INDEX (vouchers_type_date)
  WHERE v.voucher_type_id = ? AND v.date BETWEEN ? AND ? AND v.status <> 'draft' LIMIT ?) some`;

interface Row {
  voucher_id: string;
  date: string;
  voucher_number: string | null;
  narration: string;
  reference: string;
  status: string;
  amount: string;
  particulars: string | null;
}

export interface RegisterRequest {
  typeId: string;
  from: string;
  to: string;
  cursor?: string;
  /** vouchers on a page */
  limit: number;
}

/** The vouchers of one type in order of date and entry, and their sums by month. Cancelled ones are marked, in no sum. */
@Injectable()
export class VoucherRegister {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
  ) {}

  /** @throws DomainError 404 `voucher_type_not_found` */
  async findType(idOrName: string): Promise<{ id: string; name: string }> {
    const id = /^\d{1,19}$/.test(idOrName) ? idOrName : '0';
    const [type] = await this.dataSource.query(FIND_TYPE, [id, idOrName, id]);
    if (!type) throw notFound('voucher type', idOrName, 'voucher_type_not_found');
    return type;
  }

  /** @throws DomainError 400 for a cursor that no register gave out */
  async page({ typeId, from, to, cursor, limit }: RegisterRequest) {
    const after = readPosition(cursor);
    const digits = (await this.settings.get()).currencyDigits;
    const rows: Row[] = await this.reader.read((source) =>
      source.query(PAGE, [typeId, from, to, after.date, after.date, after.id, limit + 1]),
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      vouchers: page.map(({ amount, particulars, ...row }) => ({
        ...row,
        particulars: particulars ?? '',
        amount: formatAmount(amount, digits),
        links: voucherLink(row.voucher_id),
      })),
      nextCursor: rows.length > limit && last ? encodeCursor([last.date, last.voucher_id]) : null,
    };
  }

  async months({ typeId, from, to }: Omit<RegisterRequest, 'limit'>) {
    const digits = (await this.settings.get()).currencyDigits;
    const rows: { month: string; posted: string; cancelled: string; amount: string }[] = await this.reader.read(
      (source) => source.query(MONTHS, [typeId, from, to]),
    );
    return rows.map((row) => ({
      month: row.month,
      posted: Number(row.posted),
      cancelled: Number(row.cancelled),
      amount: formatAmount(row.amount, digits),
    }));
  }

  /** How many a period has, counting no further than `max`. */
  async count({ typeId, from, to }: Omit<RegisterRequest, 'limit'>, max: number): Promise<number> {
    const [row] = await this.reader.read((source) => source.query(COUNT, [typeId, from, to, max]));
    return Number(row.count);
  }
}
