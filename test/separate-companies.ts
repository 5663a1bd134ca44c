import { type Answer, Caller, call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform, type PlatformOptions } from './support/platform.js';

/**
 * What must hold on every engine.
 * @param options of the platform; read when the tests run
 */
export function describeSeparateCompanies(options: () => PlatformOptions = () => ({})): void {
  describe('what belongs to one company', () => {
    let platform: Platform;
    let a: GivenTenant;
    let b: GivenTenant;

    beforeAll(async () => {
      platform = await givenPlatform({ apis: 2, ...options() });
      [a, b] = [await platform.givenTenant(), await platform.givenTenant()];
    });

    afterAll(() => platform?.stop());

    it('is not found by its id in another one', async () => {
      const ledger = (await a.user.post('/api/ledgers', { name: 'Only here', group: 'Capital Account' })).body.data
        .ledger;
      const voucher = (
        await a.user.post('/api/vouchers', {
          voucher_type: 'Journal',
          date: '2026-11-24',
          entries: [
            { ledger: 'Cash', debit: '5.00' },
            { ledger: 'Only here', credit: '5.00' },
          ],
        })
      ).body.data.voucher;
      for (const path of [
        `/api/ledgers/${ledger.id}`,
        `/api/ledgers/${ledger.id}/statement`,
        `/api/vouchers/${voucher.id}`,
        `/api/account-groups/${ledger.group_id}`,
      ])
        expect([path, (await b.user.get(path)).status]).toEqual([path, 404]);
      const posted = await b.user.post('/api/vouchers', {
        voucher_type: 'Journal',
        date: '2026-11-24',
        entries: [
          { ledger: 'Cash', debit: '5.00' },
          { ledger_id: ledger.id, credit: '5.00' },
        ],
      });
      expect(posted).toMatchObject({ status: 422, body: { code: 'ledger_not_found' } });
      expect((await b.user.post(`/api/vouchers/${voucher.id}/cancel`, { reason: 'x' })).status).toBe(404);
    });

    it('A → B → A answers with A’s data', async () => {
      for (const tenant of [a, b, a, b, b, a]) {
        const { body } = await tenant.user.get('/api/settings/company');
        expect(body.data.company.company_name).toBe(`Company ${tenant.subdomain}`);
      }
    });

    it('a suspension on one process is seen by the other within a second', async () => {
      const second = platform.ports[1]!;
      const there = new Caller(second, a.user.token);
      expect((await there.get('/api/ledgers')).status).toBe(200);
      await platform.admin.post(`/api/admin/tenants/${a.id}/suspend`, { reason: 'test' });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await there.get('/api/ledgers')).toMatchObject({ status: 403, body: { code: 'tenant_suspended' } });
      await platform.admin.post(`/api/admin/tenants/${a.id}/reactivate`);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect((await there.get('/api/ledgers')).status).toBe(200);
    });

    it('32 clients on one company finish on five connections, and a burst of slow transactions does not hang', async () => {
      const voucher = (amount: number) => ({
        voucher_type: 'Journal',
        date: '2026-11-24',
        entries: [
          { ledger: 'Cash', debit: `${amount}.00` },
          { ledger: 'Profit & Loss A/c', credit: `${amount}.00` },
        ],
      });
      const answers: Answer[] = await Promise.all(
        Array.from({ length: 128 }, (_, index) => b.user.post('/api/vouchers', voucher(index + 1))),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
      const numbers = answers.map(({ body }) => Number(body.data.voucher.number)).sort((x, y) => x - y);
      expect(numbers).toEqual(Array.from({ length: 128 }, (_, index) => index + 1));
      const { body } = await platform.admin.get('/api/admin/connections');
      const open = body.data.tenants.find(({ tenant_id }: { tenant_id: string }) => tenant_id === b.id).open;
      expect(open).toBeLessThanOrEqual(5);
      const balance = await b.user.get('/api/reports/trial-balance');
      expect(balance.body.data.trial_balance.totals).toMatchObject({
        closing_debit: '8256.00',
        closing_credit: '8256.00',
      });
    });

    it('the token of a user who signed out is not good any more, on any process', async () => {
      const session = await call(platform.port, '/api/auth/login', {
        method: 'POST',
        json: { subdomain: b.subdomain, email: b.email, password: b.password },
      });
      const user = new Caller(platform.port, session.body.data.token);
      expect((await user.post('/api/auth/sign-out')).status).toBe(200);
      expect((await user.get('/api/auth/me')).status).toBe(401);
    });
  });
}
