import { TenantReader } from '@finvera/tenancy';
import { ReadGroupTree } from '../reports/group-tree.js';
import { LedgerMovements } from '../reports/ledger-movements.js';
import { balanceSheet, profitAndLoss } from '../reports/statements-of-account.js';
import { trialBalance } from '../reports/trial-balance.js';
import {
  asAdministrator,
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { CloseYear } from './close-year.js';
import { ReopenYear } from './reopen-year.js';

const refused = (code: string) => expect.objectContaining({ code });
const FIRST = '2023-04-01';
const SECOND = '2024-04-01';

describeWithDatabase('A financial year', () => {
  let company: GivenCompany;
  let close: CloseYear;
  let reopen: ReopenYear;
  let reserves: string;

  beforeAll(async () => {
    company = await givenCompany();
    const { transaction, settings, editLog } = company;
    close = new CloseYear(transaction, settings, editLog);
    reopen = new ReopenYear(transaction, settings, editLog);
    await company.ledgers.create({ name: 'Sales', group: 'Sales Accounts' }, clerk);
    await company.ledgers.create({ name: 'Rent', group: 'Indirect Expenses' }, clerk);
    reserves = (await company.ledgers.create({ name: 'Retained', group: 'Reserves & Surplus' }, clerk)).id;
    await company.vouchers.post(
      [
        twoEntries('Cash', 'Sales', '1000.00', '2023-06-01'),
        twoEntries('Rent', 'Cash', '300.00', '2024-03-31'),
        twoEntries('Cash', 'Sales', '50.00', '2024-04-01'),
        twoEntries('Rent', 'Cash', '80.00', '2025-03-31'),
      ],
      asClerk,
    );
  });
  afterAll(() => company?.close());

  /** What accountants read of several days and years. */
  const figures = async () => {
    const reader = new TenantReader(company.dataSource);
    const movements = new LedgerMovements(reader, company.settings);
    const tree = await new ReadGroupTree(company.dataSource).read();
    const profit = async (from: string, to: string) =>
      profitAndLoss((await movements.between(from, to, { closings: false })).movements, tree, {
        from,
        to,
        digits: 2,
        withOpening: from <= FIRST,
      }).net_profit;
    const sheet = async (asOf: string) => {
      const { assets, liabilities, equity } = balanceSheet((await movements.between(asOf, asOf)).movements, tree, {
        asOf,
        digits: 2,
      });
      return { assets, liabilities, equity };
    };
    const balance = async (from: string, asOf: string) =>
      trialBalance((await movements.between(from, asOf)).movements, tree, { from, asOf, digits: 2 });
    return {
      profit: [
        await profit(FIRST, '2024-03-31'),
        await profit(SECOND, '2025-03-31'),
        await profit(FIRST, '2025-03-31'),
      ],
      sheets: [await sheet('2024-03-30'), await sheet('2024-03-31'), await sheet('2025-03-31')],
      nextYear: await balance(SECOND, '2025-03-31'),
    };
  };
  const post = (date: string) => company.vouchers.post([twoEntries('Cash', 'Sales', '1.00', date)], asAdministrator);

  it('is closed after it ended, in its order, once', async () => {
    await expect(close.close({ start: '2023-05-01' }, clerk)).rejects.toEqual(refused('financial_year_not_found'));
    await expect(close.close({ start: '2099-04-01' }, clerk)).rejects.toEqual(refused('financial_year_not_found'));
    await expect(close.close({ start: SECOND }, clerk)).rejects.toEqual(refused('earlier_year_open'));
    await expect(close.close({ start: FIRST, transferToLedgerId: '1' }, clerk)).rejects.toEqual(
      refused('ledger_not_found'),
    );
    const closings = await Promise.allSettled([
      close.close({ start: FIRST }, clerk),
      close.close({ start: FIRST }, clerk),
    ]);
    expect(closings.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await reopen.reopen({ start: FIRST, reason: 'test' }, clerk);
  });

  it('closed, has its result in Profit & Loss A/c and no report says anything else than before', async () => {
    const before = await figures();
    await close.close({ start: FIRST }, clerk);
    expect(await company.balanceOf('Profit & Loss A/c')).toBe('-700.00');
    expect(await figures()).toEqual(before);
    await close.close({ start: SECOND, transferToLedgerId: reserves }, clerk);
    expect(await company.balanceOf('Retained')).toBe('30.00');
    expect(await company.balanceOf('Sales')).toBe('0.00');
    const { profit, sheets } = await figures();
    expect({ profit, sheets }).toEqual({ profit: before.profit, sheets: before.sheets });

    await expect(reopen.reopen({ start: FIRST, reason: 'x' }, clerk)).rejects.toEqual(refused('later_year_closed'));
    await reopen.reopen({ start: SECOND, reason: 'x' }, clerk);
    await reopen.reopen({ start: FIRST, reason: 'x' }, clerk);
    expect(await figures()).toEqual(before);
    await expect(reopen.reopen({ start: FIRST, reason: 'x' }, clerk)).rejects.toEqual(refused('year_not_closed'));
  });

  it('closed, changes no more: not for administrators, not through plain SQL, not while it is being closed', async () => {
    const [inYear] = await post('2023-05-02');
    await company.sql("UPDATE company_settings SET lock_date = '2024-03-31'"); // long locked, and closed all the same
    const racing = Array.from({ length: 10 }, () =>
      company.vouchers
        .post(
          [{ ...twoEntries('Cash', 'Sales', '1.00', '2024-03-31'), lock_override_reason: 'audit' }],
          asAdministrator,
        )
        .catch((error: unknown) => error),
    );
    await close.close({ start: FIRST }, clerk);
    await Promise.all(racing);
    const late = { ...twoEntries('Cash', 'Sales', '1.00', '2024-03-31'), lock_override_reason: 'audit' };
    await expect(company.vouchers.post([late], asAdministrator)).rejects.toEqual(refused('year_closed'));
    await expect(
      company.cancel.cancel(inYear!.id, { reason: 'x', lock_override_reason: 'audit' }, asAdministrator),
    ).rejects.toEqual(refused('year_closed'));
    await expect(
      company.sql(
        "UPDATE vouchers SET status = 'cancelled', cancel_reason = 'x', lock_override_reason = 'y' WHERE id = ?",
        [inYear!.id],
      ),
    ).rejects.toThrow('year_closed');
    await post('2024-04-01');
    const [sums] = await company.sql<{ open: string }>(
      `SELECT COALESCE(SUM(e.debit - e.credit), 0) AS open FROM entries e JOIN ledgers l ON l.id = e.ledger_id JOIN account_groups g ON g.id = l.group_id
       WHERE g.nature IN ('income', 'expense') AND e.in_books = 1 AND e.date <= '2024-03-31'`,
    );
    expect(Number(sums!.open)).toBe(0); // whoever came while it was closed is either in it or refused
    const [closing] = await company.sql<{ id: string }>(
      'SELECT closing_voucher_id AS id FROM financial_years WHERE start_date = ?',
      [FIRST],
    );
    await expect(company.cancel.cancel(closing!.id, { reason: 'x' }, asClerk)).rejects.toEqual(refused('year_closed'));
  });
});
