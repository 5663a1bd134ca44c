import { Decimal } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { formatter, sum } from '../reports/amounts.js';
import { CLOSING_STOCK } from './post-stock-value.js';
import { ReadStock } from './read-stock.js';
import type { StockSummaryDto } from './stock.dto.js';

const IN_BOOKS = `SELECT COALESCE(SUM(e.debit - e.credit), 0) AS net FROM ledgers l JOIN entries e ON e.ledger_id = l.id AND e.in_books = 1
  WHERE l.reserved_code = ? AND e.date <= ?`;

/** Quantity and value of stock at a date, and what of it is in the books. */
@Injectable()
export class StockFigures {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
    private readonly stock: ReadStock,
  ) {}

  async read(asOf: string, itemId: string | null = null): Promise<StockSummaryDto> {
    const { currencyDigits: digits } = await this.settings.get();
    const { items, net } = await this.reader.read((source) =>
      source.transaction('REPEATABLE READ', async (tx) => {
        const [row]: { net: string }[] = await tx.query(IN_BOOKS, [CLOSING_STOCK.code, asOf]);
        return { items: await this.stock.at(tx, asOf, itemId), net: new Decimal(row!.net) };
      }),
    );
    const format = formatter(digits);
    const total = sum(items.map(({ value }) => value)).toDecimalPlaces(digits, Decimal.ROUND_HALF_UP);
    return {
      as_of: asOf,
      rows: items.map((item) => ({
        item_id: item.id,
        item: item.name,
        unit: item.unit,
        valuation: item.valuation,
        quantity: item.quantity.toFixed(item.decimals),
        rate: item.quantity.isPositive() && !item.quantity.isZero() ? format(item.value.div(item.quantity)) : null,
        value: format(item.value),
        is_negative: item.quantity.isNegative() && !item.quantity.isZero(),
        godowns: [...item.godowns].map(([id, { name, quantity }]) => ({
          godown_id: id,
          godown: name,
          quantity: quantity.toFixed(item.decimals),
        })),
      })),
      total: format(total),
      in_books: format(net),
      difference: format(total.minus(net)),
    };
  }
}
