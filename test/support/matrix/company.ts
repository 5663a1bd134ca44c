import { randomBytes } from 'node:crypto';
import type { GivenTenant } from '../platform.js';
import type { Lane } from './lane.js';

/** What a scenario is about. */
export interface Company {
  subdomain: string;
  /** absent until it is made */
  tenant?: GivenTenant;
  /** its database user when the scenario began */
  before?: string | null;
  /** the backup that the scenario is about */
  backup?: string;
  /** another company that the scenario needed */
  source?: string;
}

export const subdomainOf = () => `m${randomBytes(5).toString('hex')}`;

/** With a voucher of 77.00 in its books. */
export async function givenCompany(lane: Lane): Promise<Company> {
  const tenant = await lane.platform.givenTenant(subdomainOf());
  await tenant.user.post('/api/ledgers', { name: 'Sales', group: 'Sales Accounts' });
  const entries = [
    { ledger: 'Cash', debit: '77.00' },
    { ledger: 'Sales', credit: '77.00' },
  ];
  const posted = await tenant.user.post('/api/vouchers', { voucher_type: 'Receipt', date: '2026-04-01', entries });
  if (posted.status !== 201) throw new Error(`posting to ${tenant.subdomain}: ${posted.status} ${posted.text}`);
  return { subdomain: tenant.subdomain, tenant };
}

/** What its trial balance says, or how it refuses. */
export async function cash(tenant: Pick<GivenTenant, 'user'>): Promise<string> {
  const { status, body, text } = await tenant.user.get('/api/reports/trial-balance?as_of=2027-03-31');
  return status === 200 ? body.data.trial_balance.totals.debit : `${status} ${text}`;
}

/** Of its newest record; undefined when there is none. */
export async function statusOf(lane: Lane, { subdomain }: Company): Promise<string | undefined> {
  const [row] = await lane.platform.sql<{ status: string }>(
    'SELECT status FROM tenant_master WHERE subdomain = ? ORDER BY created_at DESC LIMIT 1',
    [subdomain],
  );
  return row?.status;
}

/** Takes the company away behind the product's back, so that a long run stays as fast as it began. */
export async function forget(lane: Lane, { subdomain, source }: Company): Promise<void> {
  if (source) await forget(lane, { subdomain: source });
  const rows = await lane.platform.sql<{ id: string; db_name: string; db_user: string | null }>(
    "SELECT id, db_name, db_user FROM tenant_master WHERE subdomain = ? AND status <> 'deleted'",
    [subdomain],
  );
  for (const { id, db_name, db_user } of rows) {
    await lane.platform.sql(
      "UPDATE tenant_master SET status = 'deleted', db_provisioned = 0, db_user = NULL, db_password = NULL WHERE id = ?",
      [id],
    );
    await lane.platform.sql(`DROP DATABASE IF EXISTS \`${db_name}\``);
    const previous = await lane.platform.sql<{ db_name: string }>(
      'SELECT db_name FROM previous_databases WHERE tenant_id = ?',
      [id],
    );
    for (const { db_name: name } of previous) await lane.platform.sql(`DROP DATABASE IF EXISTS \`${name}\``);
    await lane.platform.sql('DELETE FROM previous_databases WHERE tenant_id = ?', [id]);
    if (db_user) await lane.platform.sql(`DROP USER IF EXISTS '${db_user}'@'%'`);
  }
}
