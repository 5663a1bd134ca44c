import {
  type Actor,
  Decimal,
  isCalendarDate,
  malformed,
  notFound,
  offsetOf,
  parseSort,
  totalOf,
} from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import type { ExchangeRateDto, ListExchangeRatesQuery } from './exchange-rate.dto.js';
import { CURRENCIES } from './foreign.dto.js';

const WHERE = 'WHERE (? IS NULL OR currency = ?) AND (? IS NULL OR date >= ?) AND (? IS NULL OR date <= ?)';
const ORDERS = {
  ASC: `SELECT currency, date, rate FROM exchange_rates ${WHERE} ORDER BY date ASC, currency LIMIT ? OFFSET ?`,
  DESC: `SELECT currency, date, rate FROM exchange_rates ${WHERE} ORDER BY date DESC, currency LIMIT ? OFFSET ?`,
};

/** The company's table of exchange rates. A rate holds from its day on, until the next one. */
@Injectable()
export class ExchangeRates {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly editLog: EditLog,
  ) {}

  /** Newest first. */
  async list(query: ListExchangeRatesQuery): Promise<{ rates: ExchangeRateDto[]; total: number }> {
    const { direction } = parseSort(query.sort, ['date'] as const, { field: 'date', direction: 'DESC' });
    const { currency = null, from = null, to = null } = query;
    const filters = [currency, currency, from, from, to, to];
    const rows = await this.dataSource.read<ExchangeRateDto>(ORDERS[direction], [
      ...filters,
      query.limit + 1,
      offsetOf(query),
    ]);
    const total = await totalOf(query, rows.length, async () => {
      const [counted] = await this.dataSource.query(`SELECT COUNT(*) AS total FROM exchange_rates ${WHERE}`, filters);
      return Number(counted.total);
    });
    return { rates: rows.slice(0, query.limit).map(toDto), total };
  }

  /** @throws DomainError 400 when currency or date are none, or it is the base currency */
  set(currency: string, date: string, rate: string, actor: Actor): Promise<ExchangeRateDto> {
    return this.transaction.run(async (tx) => {
      const { baseCurrency } = await this.settings.get(tx);
      assertKey(currency, date, baseCurrency);
      const before = await read(tx, currency, date);
      await tx.query(
        'INSERT INTO exchange_rates (currency, date, rate) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE rate = ?',
        [currency, date, rate, rate],
      );
      const after = (await read(tx, currency, date))!;
      if (before?.rate !== after.rate) await this.record(tx, actor, { before, after });
      return after;
    });
  }

  /** Entries keep the rate that they were posted with. @throws DomainError 404 `exchange_rate_not_found` */
  delete(currency: string, date: string, actor: Actor): Promise<void> {
    return this.transaction.run(async (tx) => {
      const before = isCalendarDate(date) ? await read(tx, currency, date) : undefined;
      if (!before) throw notFound('exchange rate', `${currency} ${date}`, 'exchange_rate_not_found');
      await tx.query('DELETE FROM exchange_rates WHERE currency = ? AND date = ?', [currency, date]);
      await this.record(tx, actor, { before });
    });
  }

  private record(
    tx: EntityManager,
    actor: Actor,
    { before, after }: { before?: ExchangeRateDto; after?: ExchangeRateDto },
  ): Promise<void> {
    const { currency, date } = (after ?? before)!;
    const id = `${currency}-${date}`;
    const action = !before ? 'created' : after ? 'updated' : 'deleted';
    return this.editLog.record(tx, actor, {
      action,
      objectType: 'exchange_rate',
      objectId: id,
      objectName: id,
      before,
      after,
    });
  }
}

const toDto = ({ currency, date, rate }: ExchangeRateDto): ExchangeRateDto => ({
  currency,
  date,
  rate: new Decimal(rate).toFixed(),
});

async function read(tx: EntityManager, currency: string, date: string): Promise<ExchangeRateDto | undefined> {
  const [row]: ExchangeRateDto[] = await tx.query(
    'SELECT currency, date, rate FROM exchange_rates WHERE currency = ? AND date = ? FOR UPDATE',
    [currency, date],
  );
  return row && toDto(row);
}

function assertKey(currency: string, date: string, baseCurrency: string): void {
  const refuse = (field: string, message: string) => malformed(`${field} ${message}`, [{ field, message }]);
  if (!CURRENCIES.includes(currency)) throw refuse('currency', 'must be an ISO 4217 code such as USD');
  if (currency === baseCurrency) throw refuse('currency', `${currency} is the base currency`);
  if (!isCalendarDate(date)) throw refuse('date', 'is not a date (YYYY-MM-DD)');
}
