import type { Actor } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import type { StockInBooks } from './stock.dto.js';

/** How the value of stock comes into the books. */
@Injectable()
export class StockSettings {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
  ) {}

  async read(): Promise<StockInBooks> {
    const [row]: { stock_in_books: StockInBooks }[] = await this.dataSource.query(
      'SELECT stock_in_books FROM company_settings WHERE id = 1',
    );
    return row!.stock_in_books;
  }

  /** What is in the books stays; the next `POST /api/stock/value` works by the new setting. */
  set(next: StockInBooks, actor: Actor): Promise<StockInBooks> {
    return this.transaction.run(async (tx) => {
      const [row]: { stock_in_books: StockInBooks }[] = await tx.query(
        'SELECT stock_in_books FROM company_settings WHERE id = 1 FOR UPDATE',
      );
      if (row!.stock_in_books === next) return next;
      await tx.query('UPDATE company_settings SET stock_in_books = ? WHERE id = 1', [next]);
      await this.editLog.record(tx, actor, {
        action: 'updated',
        objectType: 'stock_settings',
        objectId: '1',
        before: { stock_in_books: row!.stock_in_books },
        after: { stock_in_books: next },
      });
      return next;
    });
  }
}
