import type { GivenTenant } from '../platform.js';
import { Caller, call } from '../http.js';
import { cash, type Company, givenCompany, statusOf, subdomainOf } from './company.js';
import type { Lane, OperationRow } from './lane.js';
import { NEWER, older, schemaOf } from './older-schema.js';

/** One way in which an operation of a kind comes about, and what must be true afterwards. */
export interface Scenario {
  kind: string;
  /** what tells it from other ways to the same kind */
  variant?: string;
  /** whether several may be at work on a platform at the same moment */
  together: boolean;
  /** whose process does the steps */
  by: 'worker' | 'api';
  /** names of steps that stand in for the kind's own */
  steps?: readonly { name: string; has_do: boolean; has_undo: boolean }[];
  /** whether its step can be made to fail only in the midst of it: at its end the operation is past its return */
  failsWithin?: boolean;
  prepare(lane: Lane): Promise<Company>;
  /** Asks for the operation. What comes back may be awaited after the fault; it may fail with it. */
  start(lane: Lane, company: Company): Promise<unknown>;
  /** Asks for it again after it was undone, when something else is needed for it than the first time. */
  again?(lane: Lane, company: Company): Promise<unknown>;
  /** @throws when the company is not as the operation leaves it */
  assertDone(lane: Lane, company: Company): Promise<void>;
  /** @throws when the company is not as it was before the operation */
  assertUndone(lane: Lane, company: Company): Promise<void>;
}

const accepted = async (what: string, answer: Promise<{ status: number; text: string }>) => {
  const { status, text } = await answer;
  if (status < 200 || status > 299) throw new Error(`${what}: ${status} ${text}`);
};

const post = (lane: Lane, { tenant }: Company, action: string) =>
  accepted(action, lane.platform.admin.post(`/api/admin/tenants/${tenant!.id}/${action}`));

/** Ends well before the next begins. */
async function done(lane: Lane, kind: string, start: () => Promise<unknown>): Promise<void> {
  const since = await lane.now();
  await start();
  const [{ status, error_code }] = (await lane.untilAllEnded(kind, since)) as [OperationRow];
  if (status !== 'succeeded') throw new Error(`${kind}, in preparation, is ${status}: ${error_code}`);
}

async function assertStatus(lane: Lane, company: Company, ...wanted: (string | undefined)[]): Promise<void> {
  const status = await statusOf(lane, company);
  if (!wanted.includes(status)) throw new Error(`${company.subdomain} is ${status}, not ${wanted.join(' or ')}`);
}

async function assertBooks(lane: Lane, company: Company): Promise<void> {
  await assertStatus(lane, company, 'active');
  const debit = await cash(company.tenant!);
  if (debit !== '77.00') throw new Error(`the books of ${company.subdomain} say ${debit}, not 77.00`);
}

const newCompany = (subdomain: string) => ({
  company_name: `Company ${subdomain}`,
  subdomain,
  email: `admin@${subdomain}.example.com`,
  phone: '1234567890',
  subscription_plan: 'standard',
  admin_password: 'a company password',
});

const create = (by: 'worker' | 'api', variant: string): Scenario => ({
  kind: 'create_tenant',
  variant,
  by,
  together: true,
  prepare: async () => ({ subdomain: subdomainOf() }),
  start: (lane, { subdomain }) =>
    lane.platform.admin.post('/api/admin/tenants', newCompany(subdomain), {
      headers: by === 'worker' ? { prefer: 'respond-async' } : {},
    }),
  assertUndone: (lane, company) => assertStatus(lane, company, undefined),
  async assertDone(lane, company) {
    await assertStatus(lane, company, 'active');
    const { email, admin_password: password } = newCompany(company.subdomain);
    const host = `${company.subdomain}.localhost`;
    const { status, text } = await call(lane.platform.port, '/api/auth/login', {
      method: 'POST',
      host,
      json: { email, password },
    });
    if (status !== 200) throw new Error(`signing in to ${company.subdomain}: ${status} ${text}`);
  },
});

const remove: Scenario = {
  kind: 'delete_tenant',
  by: 'worker',
  together: true,
  prepare: givenCompany,
  start: (lane, { tenant }) =>
    accepted('delete', lane.platform.admin.delete(`/api/admin/tenants/${tenant!.id}`, { confirm: 'DELETE' })),
  assertUndone: assertBooks,
  async assertDone(lane, company) {
    await assertStatus(lane, company, 'deleting');
    await done(lane, 'undelete_tenant', () => post(lane, company, 'undelete'));
    await assertBooks(lane, company);
  },
};

const undelete: Scenario = {
  kind: 'undelete_tenant',
  by: 'worker',
  together: true,
  async prepare(lane) {
    const company = await givenCompany(lane);
    await done(lane, 'delete_tenant', () => remove.start(lane, company));
    return company;
  },
  start: (lane, company) => post(lane, company, 'undelete'),
  assertUndone: (lane, company) => assertStatus(lane, company, 'deleting'),
  assertDone: assertBooks,
};

const purge: Scenario = {
  kind: 'purge_tenant',
  by: 'worker',
  together: true,
  prepare: givenCompany,
  start: (lane, { tenant, subdomain }) =>
    accepted(
      'purge',
      lane.platform.admin.delete(`/api/admin/tenants/${tenant!.id}?purge=true`, {
        confirm: 'DELETE',
        company_name: `Company ${subdomain}`,
      }),
    ),
  assertUndone: assertBooks,
  assertDone: (lane, company) => assertStatus(lane, company, 'deleted'),
};

const archive: Scenario = {
  kind: 'archive_tenant',
  by: 'worker',
  together: true,
  prepare: givenCompany,
  start: (lane, company) => post(lane, company, 'archive'),
  assertUndone: assertBooks,
  async assertDone(lane, company) {
    await assertStatus(lane, company, 'archived');
    await done(lane, 'unarchive_tenant', () => post(lane, company, 'unarchive'));
    await assertBooks(lane, company);
  },
};

const unarchive: Scenario = {
  kind: 'unarchive_tenant',
  by: 'worker',
  together: true,
  async prepare(lane) {
    const company = await givenCompany(lane);
    await done(lane, 'archive_tenant', () => post(lane, company, 'archive'));
    return company;
  },
  start: (lane, company) => post(lane, company, 'unarchive'),
  assertUndone: (lane, company) => assertStatus(lane, company, 'archived'),
  assertDone: assertBooks,
};

const backup: Scenario = {
  kind: 'backup_tenant',
  by: 'worker',
  together: true,
  prepare: givenCompany,
  start: (lane, company) => post(lane, company, 'backups'),
  assertUndone: assertBooks,
  async assertDone(lane, company) {
    await assertBooks(lane, company);
    const { body } = await lane.platform.admin.get(`/api/admin/tenants/${company.tenant!.id}/backups`);
    if (body.data.backups[0]?.status !== 'verified') throw new Error(`${company.subdomain} has no proved backup`);
  },
};

/** With a backup of the moment when its books said 77.00; since then there is another voucher. */
async function backedUpCompany(lane: Lane): Promise<Company> {
  const company = await givenCompany(lane);
  await done(lane, 'backup_tenant', () => post(lane, company, 'backups'));
  const { body } = await lane.platform.admin.get(`/api/admin/tenants/${company.tenant!.id}/backups`);
  const entries = [
    { ledger: 'Cash', debit: '11.00' },
    { ledger: 'Sales', credit: '11.00' },
  ];
  const posted = company.tenant!.user.post('/api/vouchers', { voucher_type: 'Receipt', date: '2026-04-02', entries });
  await accepted('posting', posted);
  return { ...company, backup: body.data.backups[0].id };
}

async function assertCash(lane: Lane, company: Company, wanted: string): Promise<void> {
  await assertStatus(lane, company, 'active');
  const debit = await cash(company.tenant!);
  if (debit !== wanted) throw new Error(`the books of ${company.subdomain} say ${debit}, not ${wanted}`);
}

const verifyBackup: Scenario = {
  kind: 'verify_backup',
  by: 'worker',
  together: true,
  prepare: backedUpCompany,
  start: (lane, { backup: id }) => accepted('verify', lane.platform.admin.post(`/api/admin/backups/${id}/verify`)),
  assertUndone: (lane, company) => assertCash(lane, company, '88.00'),
  async assertDone(lane, company) {
    await assertCash(lane, company, '88.00');
    const { body } = await lane.platform.admin.get(`/api/admin/backups/${company.backup}`);
    const { status, check_error } = body.data.backup;
    if (status !== 'verified' || check_error) throw new Error(`the backup is ${status}: ${check_error}`);
  },
};

const restoreOf = (lane: Lane, { backup }: Company, body: object) =>
  accepted('restore', lane.platform.admin.post(`/api/admin/backups/${backup}/restore`, body));

const restore: Scenario = {
  kind: 'restore_tenant',
  variant: 'in place',
  by: 'worker',
  together: true,
  prepare: backedUpCompany,
  start: (lane, company) => restoreOf(lane, company, { mode: 'replace' }),
  assertUndone: (lane, company) => assertCash(lane, company, '88.00'),
  async assertDone(lane, company) {
    await assertCash(lane, company, '77.00');
    await done(lane, 'restore_tenant', () => post(lane, company, 'restore-previous'));
    await assertCash(lane, company, '88.00');
  },
};

const copyBackup: Scenario = {
  kind: 'restore_tenant',
  variant: 'as a copy',
  by: 'worker',
  together: true,
  async prepare(lane) {
    const source = await backedUpCompany(lane);
    return { ...source, subdomain: subdomainOf(), source: source.subdomain };
  },
  start: (lane, company) =>
    restoreOf(lane, company, { mode: 'copy', as: { subdomain: company.subdomain }, read_only: true }),
  async assertUndone(lane, company) {
    await assertStatus(lane, company, undefined);
    await assertCash(lane, { ...company, subdomain: company.source! }, '88.00');
  },
  async assertDone(lane, company) {
    await assertCash(lane, { ...company, subdomain: company.source! }, '88.00');
    await assertStatus(lane, company, 'active');
    const { email, password } = company.tenant!;
    const host = `${company.subdomain}.localhost`;
    const json = { email, password };
    const { body, text } = await call(lane.platform.port, '/api/auth/login', { method: 'POST', host, json });
    const copy = new Caller(lane.platform.port, body.data?.token ?? text, host);
    const debit = await cash({ user: copy });
    if (debit !== '77.00') throw new Error(`the books of the copy say ${debit}, not 77.00`);
    const written = await copy.post('/api/ledgers', { name: 'X', group: 'Sales Accounts' });
    if (written.body.code !== 'tenant_read_only') throw new Error(`writing to the copy: ${written.text}`);
  },
};

const userOf = async (lane: Lane, { id }: GivenTenant) =>
  (await lane.platform.sql<{ db_user: string | null }>('SELECT db_user FROM tenant_master WHERE id = ?', [id]))[0]!
    .db_user;

const credentials = (kind: string, action: string, prepare: Scenario['prepare']): Scenario => ({
  kind,
  by: 'worker',
  together: true,
  async prepare(lane) {
    const company = await prepare(lane);
    return { ...company, before: await userOf(lane, company.tenant!) };
  },
  start: (lane, company) => post(lane, company, action),
  async assertUndone(lane, company) {
    await assertBooks(lane, company);
    const user = await userOf(lane, company.tenant!);
    if (user !== company.before) throw new Error(`the database user is ${user}, not ${company.before} as before`);
  },
  async assertDone(lane, company) {
    await assertBooks(lane, company);
    const user = await userOf(lane, company.tenant!);
    if (user === null || user === company.before) throw new Error(`the database user is ${user} still`);
  },
});

/** A company as it was made before USE_SEPARATE_DB_USERS: it shares the server's user. */
async function sharingCompany(lane: Lane): Promise<Company> {
  const company = await givenCompany(lane);
  const user = await userOf(lane, company.tenant!);
  await lane.platform.sql(
    'UPDATE tenant_master SET db_user = NULL, db_password = NULL, db_credentials_at = NULL WHERE id = ?',
    [company.tenant!.id],
  );
  await lane.platform.sql(`DROP USER '${user}'@'%'`);
  // announced to all processes, whose cached connections are the former user's
  await accepted(
    'update',
    lane.platform.admin.put(`/api/admin/tenants/${company.tenant!.id}`, { phone: '0987654321' }),
  );
  return company;
}

const rolloutOf = (lane: Lane, { tenant }: Company) =>
  accepted('rollout', lane.platform.admin.post('/api/admin/rollouts', { tenant_ids: [tenant!.id] }));

async function lastRollout(lane: Lane): Promise<{ id: string; status: string }> {
  return (await lane.platform.admin.get('/api/admin/rollouts?limit=1')).body.data.rollouts[0];
}

const rollBack = async (lane: Lane) =>
  accepted('rollback', lane.platform.admin.post(`/api/admin/rollouts/${(await lastRollout(lane)).id}/rollback`));

/** A company that failed is tried again when somebody says that it is mended. */
async function resolve(lane: Lane, { tenant }: Company): Promise<void> {
  const { id } = await lastRollout(lane);
  await accepted('resolve', lane.platform.admin.post(`/api/admin/rollouts/${id}/tenants/${tenant!.id}/resolve`));
  const { status } = await lastRollout(lane);
  if (status === 'stopped') await accepted('resume', lane.platform.admin.post(`/api/admin/rollouts/${id}/resume`));
}

async function assertSchema(lane: Lane, company: Company, wanted: 'old' | 'new'): Promise<void> {
  await assertBooks(lane, company);
  const found = await schemaOf(lane, company.tenant!);
  if (found !== wanted) throw new Error(`the schema of ${company.subdomain} is ${found}, not ${wanted}`);
}

const olderCompany = async (lane: Lane) => {
  const company = await givenCompany(lane);
  await older(lane, company.tenant!);
  return company;
};

const migratedCompany = async (lane: Lane) => {
  const company = await olderCompany(lane);
  await done(lane, 'migrate_tenant', () => rolloutOf(lane, company));
  return company;
};

const migrate: Scenario = {
  kind: 'migrate_tenant',
  by: 'worker',
  together: false,
  prepare: olderCompany,
  start: rolloutOf,
  again: resolve,
  assertUndone: (lane, company) => assertSchema(lane, company, 'old'),
  assertDone: (lane, company) => assertSchema(lane, company, 'new'),
};

const revert: Scenario = {
  kind: 'revert_tenant',
  by: 'worker',
  together: false,
  prepare: migratedCompany,
  start: rollBack,
  again: resolve,
  assertUndone: (lane, company) => assertSchema(lane, company, 'new'),
  assertDone: (lane, company) => assertSchema(lane, company, 'old'),
};

/** A rollout works on companies without the engine; so it is one step here. */
const driven = (scenario: Scenario): Scenario => ({
  ...scenario,
  variant: 'by a rollout',
  steps: [{ name: 'in a rollout', has_do: true, has_undo: false }],
});

/** The process that drove the rollout died at its beginning; the engine goes on. */
const takenOver = (scenario: Scenario): Scenario => ({
  ...scenario,
  variant: 'taken over from a rollout',
  failsWithin: true,
  async start(lane, company) {
    const place = lane.still.plan({ kind: scenario.kind, step: 'in a rollout', moment: 'begin' });
    await scenario.start(lane, company);
    await lane.still.reached(place, 20_000, 'the rollout stands at the company');
    await lane.platform.worker!.kill();
    lane.platform.startWorker();
  },
});

const rehearse: Scenario = {
  kind: 'rehearse_migration',
  by: 'worker',
  together: true,
  prepare: olderCompany,
  start: (lane, { tenant }) =>
    accepted('rehearsal', lane.platform.admin.post('/api/admin/rollouts/rehearsals', { of_tenant: tenant!.id })),
  assertUndone: (lane, company) => assertSchema(lane, company, 'old'),
  async assertDone(lane, company) {
    await assertSchema(lane, company, 'old');
    const { body } = await lane.platform.admin.get('/api/admin/operations?kind=rehearse_migration&limit=1');
    if (body.data.operations[0].result?.to_version !== NEWER) throw new Error('the rehearsal has no result');
  },
};

/** Every kind of operation that the product knows must be here. */
export const SCENARIOS: readonly Scenario[] = [
  create('api', 'somebody waits'),
  create('worker', 'queued'),
  remove,
  undelete,
  purge,
  backup,
  verifyBackup,
  restore,
  copyBackup,
  archive,
  unarchive,
  driven(migrate),
  takenOver(migrate),
  driven(revert),
  takenOver(revert),
  rehearse,
  credentials('rotate_password', 'rotate-password', givenCompany),
  credentials('harden_tenant', 'harden', sharingCompany),
];
