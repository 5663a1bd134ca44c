import { givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

describe('an operation whose process ended', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await givenPlatform();
  });

  it('goes on at the step that its row names: a creation that ended right after the activation keeps the books', async () => {
    const acme = await platform.givenTenant();
    const ledger = await acme.user.post('/api/ledgers', { name: 'Kept', group: 'Sales Accounts' });
    expect(ledger.status).toBe(201);
    const [{ id }] = (await platform.sql<{ id: string }>('SELECT id FROM tenant_operations WHERE tenant_id = ?', [
      acme.id,
    ])) as [{ id: string }];
    await platform.sql(
      "UPDATE tenant_operations SET status = 'running', step = 'activated', finished_at = NULL WHERE id = ?",
      [id],
    );
    await until(
      async () => (await platform.admin.get(`/api/admin/operations/${id}`)).body.data.operation.status === 'succeeded',
      'the operation is finished',
    );
    const found = await acme.user.get(`/api/ledgers/${ledger.body.data.ledger.id}`);
    expect([found.status, found.body.data?.ledger.name]).toEqual([200, 'Kept']);
  });
});
