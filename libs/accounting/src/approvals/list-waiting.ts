import { type Actor, offsetOf, type PageQuery, totalOf } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { ReadVouchers } from '../vouchers/read-vouchers.js';
import type { VoucherDto } from '../vouchers/voucher.dto.js';
import { isPersonOfCompany, MADE_BY } from './makers.js';

/** More are not counted. */
const COUNTED_MAX = 10_000;

const WAITING = `FROM voucher_approvals a JOIN vouchers v ON v.id = a.voucher_id
  WHERE a.state = 'submitted' AND (? IS NULL OR v.voucher_type_id IN (?)) AND NOT EXISTS (${MADE_BY})`;

/** The vouchers that a person can approve: submitted, of a type that the person may post, and made by others. */
@Injectable()
export class ListWaiting {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly vouchers: ReadVouchers,
  ) {}

  /** Those that have waited longest first. @returns `total` counts up to 10,000 */
  async list(query: PageQuery, actor: Actor): Promise<{ vouchers: VoucherDto[]; total: number }> {
    if (!isPersonOfCompany(actor)) return { vouchers: [], total: 0 };
    const { id, name, voucherTypeIds } = actor;
    const filters = [voucherTypeIds ? 1 : null, voucherTypeIds ? [...voucherTypeIds] : ['0'], id, name];
    const rows: { id: string }[] = await this.dataSource.query(
      `SELECT v.id ${WAITING} ORDER BY a.submitted_at, v.id LIMIT ? OFFSET ?`,
      [...filters, query.limit + 1, offsetOf(query)],
    );
    const total = await totalOf(query, rows.length, async () => {
      const [row]: { total: string }[] = await this.dataSource.query(
        `SELECT COUNT(*) AS total FROM (SELECT 1 ${WAITING} LIMIT ?) counted`,
        [...filters, COUNTED_MAX],
      );
      return Number(row!.total);
    });
    return { vouchers: await this.vouchers.byIds(rows.slice(0, query.limit).map((row) => row.id)), total };
  }
}
