import type { Actor } from '@finvera/common';
import { VerifyBooks } from '../verify/verify-books.js';
import { clerk, describeWithDatabase, type GivenCompany, givenCompany, twoEntries } from './given-company.testing.js';
import { PerhapsStored, PostingLine } from './posting-line.js';
import type { VoucherDto } from './voucher.dto.js';

const POSTS = 40;
const REQUEST = { route: 'POST /api/vouchers', body: {} };

describeWithDatabase('posts at one moment', () => {
  let company: GivenCompany;

  beforeAll(async () => {
    company = await givenCompany();
    await company.ledgers.create({ name: 'Sales', group: 'Sales Accounts' }, clerk);
  });
  afterAll(() => company.close());

  it('are stored together, each as its own: number, actor, answer; refused ones harm nobody, and a key counts once', async () => {
    const actorOf = (index: number): Actor => ({ ...clerk, id: String(index), name: `clerk ${index % 3}` });
    const post = (index: number) => {
      const body =
        index % 10 === 7 ? twoEntries('Cash', 'Nowhere', '1.00') : twoEntries('Cash', 'Sales', `${index + 1}.00`);
      // two of each ten share a key
      const key = index % 10 < 2 ? `key ${Math.floor(index / 10)}` : undefined;
      const idempotency = key ? { ...REQUEST, key } : undefined;
      return company.vouchers.post([body], { actor: actorOf(index), mayOverrideLock: index % 2 === 0, idempotency });
    };
    const results = await Promise.allSettled(Array.from({ length: POSTS }, (_, index) => post(index)));
    const refused = results.flatMap((result, index) =>
      result.status === 'rejected' ? [[index, result.reason.code]] : [],
    );
    expect(refused).toEqual([7, 17, 27, 37].map((index) => [index, 'ledger_not_found']));
    const vouchers = results.map((result) => (result.status === 'fulfilled' ? result.value[0]! : undefined));
    const byId = new Map(vouchers.flatMap((voucher) => (voucher ? [[voucher.id, voucher] as const] : [])));
    expect(byId.size).toBe(POSTS - 4 - POSTS / 10);
    for (let ten = 0; ten < POSTS; ten += 10) expect(vouchers[ten]!.id).toBe(vouchers[ten + 1]!.id);
    const numbers = [...byId.values()].map(({ number }) => Number(number)).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    for (const [index, voucher] of vouchers.entries())
      if (voucher && index % 10 > 1) {
        expect(voucher).toMatchObject({ total: `${index + 1}.00`, created_by: `clerk ${index % 3}` });
        const stored = await company.read.one(voucher.id);
        expect(stored).toEqual(voucher);
        const [logged] = await company.sql<{ actor_id: string }>('SELECT actor_id FROM edit_log WHERE object_id = ?', [
          voucher.id,
        ]);
        expect(logged?.actor_id).toBe(String(index));
      }
    expect((await new VerifyBooks(company.dataSource).run()).problems).toEqual([]);
  });

  it('are not done again when nobody knows whether they were committed', async () => {
    let alone = 0;
    const line = new PostingLine(
      (postings) =>
        postings.length > 1
          ? Promise.reject(new PerhapsStored(new Error('connection lost')))
          : Promise.reject(new Error('no')),
      async () => {
        alone += 1;
        return {} as VoucherDto;
      },
    );
    const posting = { body: twoEntries('Cash', 'Sales', '1.00'), options: { actor: clerk, mayOverrideLock: false } };
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => line.add(posting)));
    const lost = results.filter(
      (result) => result.status === 'rejected' && result.reason.message === 'connection lost',
    );
    expect([alone, lost.length]).toEqual([2, 10]); // the first of each of two lanes came alone
  });
});
