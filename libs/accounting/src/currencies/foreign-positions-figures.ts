import { currencyDigits, formatAmount } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { formatter, sum } from '../reports/amounts.js';
import { inBase, Rates } from './complete-foreign.js';
import type { ForeignPositionsDto } from './exchange-differences.dto.js';
import { ReadForeignPositions } from './read-foreign-positions.js';

/** Foreign balances at a date, with the gains and losses that are not in the books. */
@Injectable()
export class ForeignPositionsFigures {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
    private readonly positions: ReadForeignPositions,
  ) {}

  async read(asOf: string, ledgerId: string | null): Promise<ForeignPositionsDto> {
    const { baseCurrency, currencyDigits: digits } = await this.settings.get();
    const { positions, rates } = await this.reader.read((source) =>
      source.transaction('REPEATABLE READ', async (tx) => {
        const found = await this.positions.read(tx, { asOf, ledgerId, digits });
        return {
          positions: found,
          rates: await Rates.read(
            tx,
            found.map(({ currency }) => ({ currency, date: asOf })),
          ),
        };
      }),
    );
    const format = formatter(digits);
    // a ledger that is raised on its debit side is a gain, whether it is owed or owned
    const rows = positions.map((position) => {
      const rate = rates.of(position.currency, asOf) ?? null;
      return {
        position,
        rate,
        realised: position.carrying.minus(position.base),
        unrealised: rate && inBase(position.foreign, rate, { digits }).minus(position.carrying),
      };
    });
    return {
      as_of: asOf,
      base_currency: baseCurrency,
      rows: rows.map(({ position, rate, realised, unrealised }) => ({
        ledger_id: position.ledgerId,
        ledger: position.ledger,
        currency: position.currency,
        bill: position.bill,
        foreign_balance: formatAmount(position.foreign, currencyDigits(position.currency)),
        base_balance: format(position.base),
        carrying_amount: format(position.carrying),
        realised: format(realised),
        rate: rate?.toFixed() ?? null,
        unrealised: unrealised && format(unrealised),
      })),
      totals: {
        realised: format(sum(rows.map(({ realised }) => realised))),
        unrealised: format(sum(rows.flatMap(({ unrealised }) => unrealised ?? []))),
      },
    };
  }
}
