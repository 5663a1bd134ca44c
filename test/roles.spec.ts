import { call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';

const PASSWORD = 'a password of somebody';

describe('Roles of a company’s own', () => {
  let platform: Platform;
  let acme: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform({ worker: false });
    acme = await platform.givenTenant();
  });
  afterAll(() => platform?.stop());

  /** Somebody of a role, signed in. */
  async function givenUser(role: string) {
    const email = `${role}@acme.example`;
    expect(await acme.user.post('/api/users', { email, name: role, role, password: PASSWORD })).toMatchObject({
      status: 201,
    });
    const json = { subdomain: acme.subdomain, email, password: PASSWORD };
    const { body } = await call(platform.port, '/api/auth/login', { method: 'POST', json });
    return (method: string, path: string, more?: object) =>
      call(platform.port, path, { method, token: body.data.token, json: more });
  }
  const today = new Date().toISOString().slice(0, 10);
  const voucher = (type: string) => ({
    voucher_type: type,
    date: today,
    entries: [
      { ledger: 'Cash', debit: '1.00' },
      { ledger: 'Profit & Loss A/c', credit: '1.00' },
    ],
  });

  it('reach down to voucher types: a cashier posts receipts, and changes nothing else', async () => {
    const types = (await acme.user.get('/api/voucher-types')).body.data.voucher_types;
    const receipt = types.find(({ name }: { name: string }) => name === 'Receipt').id;
    const role = {
      name: 'Cashier',
      permissions: ['vouchers:read', 'vouchers:post', 'vouchers:cancel'],
      voucher_type_ids: [receipt],
    };
    const made = await acme.user.post('/api/roles', role);
    expect(made).toMatchObject({
      status: 201,
      body: { data: { role: { code: 'cashier', voucher_type_ids: [receipt] } } },
    });
    expect(await acme.user.post('/api/roles', role)).toMatchObject({ status: 409, body: { code: 'role_name_taken' } });
    const cashier = await givenUser('cashier');
    const own = await cashier('POST', '/api/vouchers', voucher('Receipt'));
    expect(own.status).toBe(201);
    const journal = (await acme.user.post('/api/vouchers', voucher('Journal'))).body.data.voucher.id;
    const draft = (await cashier('POST', '/api/vouchers', { ...voucher('Receipt'), status: 'draft' })).body.data.voucher
      .id;
    for (const [method, path, body] of [
      ['POST', '/api/vouchers', voucher('Journal')],
      ['POST', '/api/vouchers/bulk', { vouchers: [voucher('Receipt'), voucher('Sales')] }],
      ['POST', `/api/vouchers/${journal}/cancel`, { reason: 'x' }],
      ['POST', `/api/vouchers/${journal}/reverse`, {}],
      ['PUT', `/api/vouchers/${journal}`, voucher('Journal')],
      ['PUT', `/api/vouchers/${draft}`, voucher('Journal')],
    ] as const)
      expect(await cashier(method, path, body)).toMatchObject({
        status: 403,
        body: { code: 'voucher_type_forbidden' },
      });
    expect((await cashier('GET', `/api/vouchers/${journal}`)).status).toBe(200);
    expect((await cashier('POST', `/api/vouchers/${own.body.data.voucher.id}/cancel`, { reason: 'x' })).status).toBe(
      200,
    );
    expect(await cashier('GET', '/api/ledgers')).toMatchObject({ status: 403 });
  });

  it('give nobody more than the giver has', async () => {
    await acme.user.post('/api/roles', { name: 'Personnel', permissions: ['users:read', 'users:write'] });
    const personnel = await givenUser('personnel');
    expect(await personnel('POST', '/api/roles', { name: 'Me', permissions: ['periods:override'] })).toMatchObject({
      status: 403,
    });
    const friend = { email: 'friend@acme.example', name: 'F', role: 'administrator', password: PASSWORD };
    expect(await personnel('POST', '/api/users', friend)).toMatchObject({ status: 403 });
    expect(await personnel('POST', '/api/users', { ...friend, role: 'personnel' })).toMatchObject({ status: 201 });
    expect(
      await personnel('POST', '/api/users', { ...friend, email: 'f2@acme.example', role: 'nobody' }),
    ).toMatchObject({ status: 400 });
  });

  it('are changed and deleted; those of every company are not', async () => {
    const { id } = (await acme.user.post('/api/roles', { name: 'Clerk', permissions: ['vouchers:read'] })).body.data
      .role;
    const clerk = await givenUser('clerk');
    const seeded = (await acme.user.get('/api/roles?search=Auditor')).body.data.roles[0];
    expect(seeded).toMatchObject({ code: 'auditor', is_reserved: true });
    expect(await acme.user.put(`/api/roles/${seeded.id}`, { name: 'X' })).toMatchObject({
      status: 422,
      body: { code: 'reserved' },
    });
    expect(await acme.user.delete(`/api/roles/${id}`)).toMatchObject({ status: 422, body: { code: 'role_in_use' } });
    expect((await acme.user.put(`/api/roles/${id}`, { permissions: ['ledgers:read'] })).body.data.role.version).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 5_100)); // what is believed of a user
    expect((await clerk('GET', '/api/ledgers')).status).toBe(200);
    expect((await clerk('GET', '/api/vouchers')).status).toBe(403);
    const { id: unused } = (await acme.user.post('/api/roles', { name: 'Unused', permissions: ['vouchers:read'] })).body
      .data.role;
    expect((await acme.user.delete(`/api/roles/${unused}`)).status).toBe(200);
  });

  it('read as auditors do, edit log included, and change nothing', async () => {
    const auditor = await givenUser('auditor');
    for (const path of ['/api/edit-log', '/api/users', '/api/reports/trial-balance', '/api/settings/company'])
      expect((await auditor('GET', path)).status).toBe(200);
    expect((await auditor('POST', '/api/vouchers', voucher('Receipt'))).status).toBe(403);
  });

  it('may approve what others post, where a rule asks for it', async () => {
    await acme.user.post('/api/roles', { name: 'Approver', permissions: ['vouchers:read', 'vouchers:approve'] });
    const approver = await givenUser('approver');
    const rule = { name: 'Contras', voucher_type: 'Contra', from_amount: '0' };
    const made = await acme.user.post('/api/approval-rules', rule);
    expect(made).toMatchObject({ status: 201, body: { data: { approval_rule: { from_amount: '0.00', version: 1 } } } });
    await acme.user.post('/api/ledgers', { name: 'Bank', group: 'Bank Accounts' });
    const contra = {
      ...voucher('Contra'),
      entries: [
        { ledger: 'Cash', debit: '1.00' },
        { ledger: 'Bank', credit: '1.00' },
      ],
    };
    const held = await acme.user.post('/api/vouchers', contra);
    expect(held).toMatchObject({ status: 201, body: { data: { voucher: { status: 'submitted', number: null } } } });
    const { id } = held.body.data.voucher;
    expect(await acme.user.post(`/api/vouchers/${id}/approve`, {})).toMatchObject({
      status: 403,
      body: { code: 'approval_by_maker' },
    });
    expect((await approver('GET', '/api/approvals')).body).toMatchObject({
      data: { vouchers: [{ id }] },
      meta: { total: 1 },
    });
    expect(await approver('POST', `/api/vouchers/${id}/approve`, {})).toMatchObject({
      status: 200,
      body: { data: { voucher: { status: 'posted', number: '1', approval: { decided_by: 'approver@acme.example' } } } },
    });
    expect(await approver('POST', `/api/vouchers/${id}/reject`, { reason: 'x' })).toMatchObject({ status: 409 });
    expect(await approver('POST', '/api/vouchers', contra)).toMatchObject({ status: 403 });
    expect((await acme.user.delete(`/api/approval-rules/${made.body.data.approval_rule.id}`)).status).toBe(200);
  });
});
