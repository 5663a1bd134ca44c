import { addDays, Decimal, MailConfig, Mailer, todayIn, type WatchedCompanies } from '@finvera/common';
import fc from 'fast-check';
import { tenantSchema } from '../schema/tenant-schema.js';
import type { VoucherDto } from '../vouchers/voucher.dto.js';
import {
  asClerk,
  clerk,
  describeWithDatabase,
  type GivenCompany,
  givenCompany,
  twoEntries,
} from '../vouchers/given-company.testing.js';
import { AcknowledgeAlert } from './acknowledge-alert.js';
import type { BalanceAlertRuleDto, CreateBalanceAlertRuleDto } from './balance-alert.dto.js';
import { FindAlerts } from './find-alerts.js';
import { ManageAlertRules } from './manage-alert-rules.js';
import { isBeyond } from './threshold.js';

const TODAY = todayIn('Asia/Kolkata');
const watched: WatchedCompanies = { watch: async () => undefined, leave: async () => undefined };
const ALL = { page: 1, limit: 500 };

describeWithDatabase('balance alerts', () => {
  let company: GivenCompany;
  let rules: ManageAlertRules;
  let find: FindAlerts;
  let tills = 0;

  beforeAll(async () => {
    company = await givenCompany();
    rules = new ManageAlertRules(
      company.dataSource,
      company.records,
      company.settings,
      watched,
      new Mailer(new MailConfig()),
    );
    find = new FindAlerts(company.dataSource, company.settings);
    await company.ledgers.create({ name: 'Capital', group: 'Capital Account' }, clerk);
  });
  afterAll(() => company?.close());

  /** A cash box of its own, with what is in it. */
  async function givenTill(amount: string): Promise<string> {
    tills += 1;
    const name = `Till ${tills}`;
    await company.ledgers.create({ name, group: 'Cash-in-Hand' }, clerk);
    await receive(name, amount);
    return name;
  }
  const rule = (body: Omit<CreateBalanceAlertRuleDto, 'side'> & { side?: 'debit' | 'credit' }) =>
    rules.create(body, clerk);
  const post = async (debited: string, credited: string, amount: string, date?: string): Promise<VoucherDto> =>
    (await company.vouchers.post([twoEntries(debited, credited, amount, date)], asClerk))[0]!;
  const receive = (till: string, amount: string, date?: string) => post(till, 'Capital', amount, date);
  const pay = (till: string, amount: string, date?: string) => post('Capital', till, amount, date);
  /** Balances that alerts were raised at, oldest first. */
  const raised = async ({ id }: BalanceAlertRuleDto): Promise<string[]> => {
    await company.keepBooks.run();
    return (await find.list({ ...ALL, rule_id: id })).alerts.map(({ balance }) => balance).reverse();
  };

  it('are raised once at each crossing, and again after the balance came back', async () => {
    const till = await givenTill('100.00');
    const below = await rule({ ledger: till, direction: 'below', threshold: '50.00' });
    const above = await rule({ ledger: till, direction: 'above', threshold: '120' });
    expect(below).toMatchObject({ name: `${till} below 50.00`, threshold: '50.00', is_crossed: false });
    await pay(till, '50.00'); // equals the threshold
    expect(await raised(below)).toEqual([]);
    await pay(till, '0.01');
    expect(await raised(below)).toEqual(['49.99']);
    await pay(till, '10.00');
    expect(await raised(below)).toEqual(['49.99']);
    await receive(till, '100.00');
    expect([await raised(below), await raised(above)]).toEqual([['49.99'], ['139.99']]);
    await pay(till, '100.00');
    expect([await raised(below), await raised(above)]).toEqual([['49.99', '39.99'], ['139.99']]);
  });

  it('see what is dated back, altered and cancelled; not what is dated later than today', async () => {
    const till = await givenTill('100.00');
    const below = await rule({ ledger: till, direction: 'below', threshold: '50.00' });
    const later = await pay(till, '70.00', addDays(TODAY, 1));
    expect(await raised(below)).toEqual([]);
    await company.cancel.cancel(later.id, { reason: 'not yet' }, asClerk);
    const back = await pay(till, '60.00', '2023-04-02');
    expect(await raised(below)).toEqual(['40.00']);
    await company.cancel.cancel(back.id, { reason: 'a slip' }, asClerk);
    expect(await raised(below)).toEqual(['40.00']);
    expect((await rules.one(below.id)).is_crossed).toBe(false);
    const small = await pay(till, '10.00');
    await company.alter.alter(small.id, twoEntries('Capital', till, '90.00'), asClerk);
    expect(await raised(below)).toEqual(['40.00', '10.00']);
  });

  it('count the credit side for what is owed', async () => {
    await company.ledgers.create({ name: 'Sharma', group: 'Sundry Creditors' }, clerk);
    const owed = await rule({ ledger: 'Sharma', side: 'credit', direction: 'above', threshold: '1000.00' });
    await post('Capital', 'Sharma', '1000.50');
    expect(await raised(owed)).toEqual(['1000.50']);
  });

  it('are not raised by a rule that finds the balance beyond its threshold, or that is off', async () => {
    const till = await givenTill('10.00');
    const below = await rule({ ledger: till, direction: 'below', threshold: '50.00', is_active: false });
    expect(below.is_crossed).toBe(true);
    const on = await rules.update(below.id, { is_active: true }, { actor: clerk });
    expect([on.is_crossed, await raised(below)]).toEqual([true, []]);
    await rules.update(below.id, { threshold: '5.00' }, { actor: clerk });
    await pay(till, '6.00');
    expect(await raised(below)).toEqual(['4.00']);
    await rules.update(below.id, { is_active: false }, { actor: clerk });
    await receive(till, '100.00');
    await pay(till, '100.00');
    expect(await raised(below)).toEqual(['4.00']);
  });

  it('are raised once when several processes look at the same moment', async () => {
    const till = await givenTill('100.00');
    const below = await rule({ ledger: till, direction: 'below', threshold: '50.00' });
    await pay(till, '60.00');
    const counts = await Promise.all(Array.from({ length: 8 }, () => company.raiseAlerts.run()));
    expect(counts.reduce((sum, count) => sum + count)).toBe(1);
    const log = await company.sql(
      "SELECT action, object_name FROM edit_log WHERE object_type = 'balance' ORDER BY id DESC LIMIT 1",
    );
    expect([await raised(below), log]).toEqual([['40.00'], [{ action: 'alert', object_name: till }]]);
  });

  it('are acknowledged by who comes first, and outlive their rule', async () => {
    const till = await givenTill('100.00');
    const below = await rule({ ledger: till, direction: 'below', threshold: '50.00' });
    await pay(till, '60.00');
    await raised(below);
    const [alert] = (await find.list({ ...ALL, rule_id: below.id, status: 'open' })).alerts;
    const acknowledge = new AcknowledgeAlert(company.transaction, find, company.editLog);
    const seen = await acknowledge.run(alert!.id, { note: 'on its way' }, clerk);
    expect(seen).toMatchObject({ status: 'acknowledged', acknowledged_by: clerk.name, note: 'on its way' });
    expect(await acknowledge.run(alert!.id, { note: 'late' }, { ...clerk, name: 'other' })).toEqual(seen);
    await rules.delete(below.id, clerk);
    expect(await find.one(alert!.id)).toEqual({ ...seen, rule_id: null });
    expect((await find.list({ ...ALL, search: till, status: 'acknowledged' })).total).toBe(1);
  });

  it('are mailed to users of the company, again when the mail was not taken, and to nobody who left', async () => {
    const boss = { email: 'boss@acme.example', name: 'Boss', passwordHash: 'x', passwordChangeRequired: false };
    const clerkUser = { ...boss, email: 'left@acme.example' };
    await company.dataSource.transaction(async (tx) => {
      for (const user of [boss, clerkUser]) await tenantSchema.createAdministrator(tx, user);
    });
    const till = await givenTill('100.00');
    const body = { ledger: till, direction: 'below', threshold: '50.00' } as const;
    await expect(rule({ ...body, mail_to: ['stranger@example.com'] })).rejects.toMatchObject({
      code: 'user_not_found',
    });
    const below = await rule({ ...body, mail_to: ['Boss@acme.example', clerkUser.email] });
    expect(below.mail_to).toEqual([boss.email, clerkUser.email]);
    await company.sql('UPDATE users SET is_active = 0 WHERE email = ?', [clerkUser.email]);
    await pay(till, '60.00');
    expect(await company.keepBooks.run()).toEqual({ endpoints: [], mails: true });
    const [first, none] = [await company.alertMails.take(), await company.alertMails.take()];
    expect(first!.mail).toEqual({
      to: boss.email,
      subject: `Acme: ${till} is below 50.00`,
      text: expect.stringContaining(`The balance of ${till} is 40.00 at the end of ${TODAY}`),
    });
    expect([none, await company.alertMails.isDue()]).toEqual([null, false]); // it is under way
    await company.alertMails.note(first!.id, { sent: false, problem: 'away', pauseMs: 0 });
    const again = await company.alertMails.take();
    expect([again!.id, again!.attempts]).toEqual([first!.id, 2]);
    await company.alertMails.note(again!.id, { sent: true });
    const mails = await company.sql('SELECT address, status, attempts FROM balance_alert_mails ORDER BY address');
    expect(mails).toEqual([
      { address: boss.email, status: 'sent', attempts: 2 },
      { address: clerkUser.email, status: 'dead', attempts: 0 },
    ]);
  });

  it('refuse what they do not understand', async () => {
    const body = { ledger: 'Cash', direction: 'below', threshold: '1.00' } as const;
    const refusal = (change: object) => rule({ ...body, ...change }).catch(({ code }: { code: string }) => code);
    expect(await refusal({ ledger: 'Nowhere' })).toBe('ledger_not_found');
    expect(await refusal({ ledger: undefined })).toBe('validation_failed');
    expect(await refusal({ threshold: '1.005' })).toBe('validation_failed');
    await rule(body);
    expect(await refusal({})).toBe('balance_alert_rule_name_taken');
    await expect(rules.one('1')).rejects.toMatchObject({ code: 'balance_alert_rule_not_found' });
  });

  it('are as many as the balance crossed, whatever happens in whatever order', async () => {
    const amount = fc.integer({ min: 1, max: 200 }).map((paise) => (paise / 100).toFixed(2));
    const action = fc.oneof(
      fc.record({ kind: fc.constantFrom('receive' as const, 'pay' as const), amount }),
      fc.record({ kind: fc.constantFrom('cancel' as const, 'alter' as const), amount }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 10 }), async (actions) => {
        const till = await givenTill('1.00');
        const watches = [
          { direction: 'below', threshold: '0.50' },
          { direction: 'above', threshold: '1.50' },
        ] as const;
        const made = await Promise.all(watches.map((watch) => rule({ ledger: till, ...watch })));
        const crossed = watches.map(() => false);
        const crossings = watches.map(() => 0);
        const vouchers = new Map<string, { net: Decimal }>();
        let balance = new Decimal('1.00');
        for (const { kind, amount: of } of actions) {
          const [first] = vouchers.keys();
          if (kind === 'receive' || kind === 'pay') {
            const { id } = await (kind === 'receive' ? receive : pay)(till, of);
            vouchers.set(id, { net: new Decimal(kind === 'receive' ? of : `-${of}`) });
            balance = balance.plus(vouchers.get(id)!.net);
          } else if (first !== undefined) {
            balance = balance.minus(vouchers.get(first)!.net);
            if (kind === 'cancel') {
              await company.cancel.cancel(first, { reason: 'tried' }, asClerk);
              vouchers.delete(first);
            } else {
              await company.alter.alter(first, twoEntries(till, 'Capital', of), asClerk);
              vouchers.set(first, { net: new Decimal(of) });
              balance = balance.plus(of);
            }
          }
          await company.keepBooks.run();
          for (const [index, watch] of watches.entries()) {
            const isNow = isBeyond({ side: 'debit', ...watch }, balance);
            if (isNow && !crossed[index]) crossings[index]! += 1;
            crossed[index] = isNow;
          }
        }
        const found = await Promise.all(made.map(async (one) => (await raised(one)).length));
        expect(found).toEqual(crossings);
        for (const { id } of made) await rules.delete(id, clerk);
      }),
      { numRuns: 5 },
    );
  });
});
