import { addDays, Decimal } from '@finvera/common';
import fc from 'fast-check';
import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { LedgerStatement } from './ledger-statement.js';

const BEGIN = '2023-04-01';
const DAYS = 40;
const VOUCHERS = 90;

describeWithDatabase('statement of a ledger', () => {
  let company: GivenCompany;
  let statement: LedgerStatement;
  let ledgerId: string;

  beforeAll(async () => {
    company = await givenCompany();
    statement = new LedgerStatement(company.dataSource, company.reader, company.settings);
    const ledger = await company.ledgers.create(
      { name: 'Bank', group: 'Bank Accounts', opening_balance: { amount: '50.05', side: 'credit' } },
      clerk,
    );
    ledgerId = ledger.id;
    await company.ledgers.create({ name: 'Sales', group: 'Sales Accounts' }, clerk);
    // not in the order of their dates, several on a day, some twice in a voucher
    const bodies = Array.from({ length: VOUCHERS }, (_, index) => {
      const date = addDays(BEGIN, (index * 17) % DAYS);
      const [debited, credited] =
        index % 3 === 0 ? ['Sales', 'Bank'] : index % 7 === 0 ? ['Bank', 'Bank'] : ['Bank', 'Sales'];
      return twoEntries(debited!, credited!, `${index + 1}.${10 + (index % 90)}`, date);
    });
    await company.vouchers.post(bodies, asClerk);
    await company.totals.fold.fold();
    await company.vouchers.post(bodies.slice(0, 10), asClerk);
  });
  afterAll(() => company.close());

  async function pages(from: string, to: string, limit: number, position: 'start' | 'end') {
    const found = [];
    for (let cursor: string | undefined, count = 0; count <= VOUCHERS * 3; count += 1) {
      const page = await statement.read({ ledgerId, from, to, limit, cursor, position });
      found.push(page);
      const next = position === 'start' ? page.nextCursor : page.previousCursor;
      if (next === null) break;
      cursor = next;
    }
    return position === 'start' ? found : found.toReversed();
  }

  it('has the same lines and balances page by page, forwards and backwards; they add up to closing − opening', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.nat(DAYS), fc.nat(DAYS), async (limit, a, b) => {
        const [from, to] = [addDays(BEGIN, Math.min(a, b)), addDays(BEGIN, Math.max(a, b))];
        const whole = (await statement.read({ ledgerId, from, to, limit: 1_000 })).statement;
        for (const position of ['start', 'end'] as const) {
          const turned = await pages(from, to, limit, position);
          expect(turned.flatMap((page) => page.statement.lines)).toEqual(whole.lines);
          for (const page of turned) expect({ ...page.statement, lines: [] }).toEqual({ ...whole, lines: [] });
          expect([turned[0]!.previousCursor, turned.at(-1)!.nextCursor]).toEqual([null, null]);
        }
        const moved = whole.lines.reduce((sum, { debit, credit }) => sum.plus(debit).minus(credit), new Decimal(0));
        expect(moved.toFixed(2)).toBe(new Decimal(whole.closing).minus(whole.opening).toFixed(2));
        expect(whole.lines.at(-1)?.balance ?? whole.closing).toBe(whole.closing);
      }),
      { numRuns: 12 },
    ));

  it('begins with its last page when asked to, and turns around', async () => {
    const [from, to] = [BEGIN, addDays(BEGIN, DAYS)];
    const last = await statement.read({ ledgerId, from, to, limit: 7, position: 'end' });
    const before = await statement.read({ ledgerId, from, to, limit: 7, cursor: last.previousCursor! });
    const again = await statement.read({ ledgerId, from, to, limit: 7, cursor: before.nextCursor! });
    expect(again.statement.lines).toEqual(last.statement.lines);
    expect(again.nextCursor).toBeNull();
  });
});
