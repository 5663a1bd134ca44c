import type { Actor } from '@finvera/common';
import { CONNECTION_DEFAULTS, TENANCY_LIMIT_DEFAULTS, TenantPoolManager, type TenantRecord } from '@finvera/tenancy';
import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { AccountGroup } from '../chart/account-group.entity.js';
import { ManageGroups } from '../chart/manage-groups.js';
import { ManageLedgers } from '../chart/manage-ledgers.js';
import { OpeningBalance } from '../chart/opening-balance.js';
import { ReadLedgers } from '../chart/read-ledgers.js';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { tenantSchema } from '../schema/tenant-schema.js';
import { AlterVoucher } from './alter-voucher.js';
import { CancelVoucher } from './cancel-voucher.js';
import { ChangeVoucher } from './change-voucher.js';
import { DeleteDraft } from './delete-draft.js';
import { ManageVoucherTypes } from './manage-voucher-types.js';
import { PostDraft } from './post-draft.js';
import { PostVouchers } from './post-vouchers.js';
import { ReadVouchers } from './read-vouchers.js';
import { ReverseVoucher } from './reverse-voucher.js';
import { VoucherType } from './voucher-type.entity.js';

const { TEST_DB_HOST: host, TEST_DB_PORT = '3306', TEST_DB_USER = 'root', TEST_DB_PASSWORD = '' } = process.env;
const CONNECTIONS_MAX = 40;

/** Tests that need a database are skipped where none is given. */
export const describeWithDatabase = host ? describe : describe.skip;

export const clerk: Actor = { id: '7', name: 'clerk@example.com', kind: 'company', requestId: 'test-request' };
export const asClerk = { actor: clerk, mayOverrideLock: false };
export const asAdministrator = { actor: clerk, mayOverrideLock: true };

/** A company with a database of its own and the books beginning on 2023-04-01; its use cases wired by hand. */
export async function givenCompany() {
  const database = `test_books_${randomBytes(6).toString('hex')}`;
  const server = { host, port: Number(TEST_DB_PORT), user: TEST_DB_USER, password: TEST_DB_PASSWORD };
  const connection = await createConnection(server);
  await connection.query('CREATE DATABASE ??', [database]);
  await connection.end();
  await migrate({ ...server, username: server.user, database });
  const { dataSource, close } = await openTenant(server, database);
  const company = { companyName: 'Acme', email: 'a@example.com', phone: '1234567890' };
  await dataSource.transaction(async (tx) => {
    await tenantSchema.seedDefaults(tx);
    await tenantSchema.seedCompany(tx, company);
  });
  await dataSource.query("UPDATE company_settings SET books_begin = '2023-04-01'");

  const transaction = new CompanyTransaction(dataSource);
  const settings = new CompanySettingsReader(dataSource);
  const editLog = new EditLog();
  const read = new ReadVouchers(dataSource, settings);
  const change = new ChangeVoucher(transaction, settings, read, editLog);
  const readLedgers = new ReadLedgers(dataSource);
  const openings = new OpeningBalance(settings, editLog);
  return {
    read,
    readLedgers,
    groups: new ManageGroups(dataSource.getRepository(AccountGroup), transaction, editLog),
    ledgers: new ManageLedgers(transaction, readLedgers, openings, editLog),
    types: new ManageVoucherTypes(dataSource.getRepository(VoucherType), transaction, editLog),
    vouchers: new PostVouchers(transaction, settings, editLog),
    alter: new AlterVoucher(change),
    postDraft: new PostDraft(change),
    cancel: new CancelVoucher(change),
    reverse: new ReverseVoucher(change),
    deleteDraft: new DeleteDraft(change),
    sql: <Row>(statement: string, parameters: unknown[] = []): Promise<Row[]> =>
      dataSource.query(statement, parameters as never),
    /** The balance of a ledger from the entries alone, debit positive. */
    balanceOf: async (ledger: string): Promise<string> => {
      const [row] = await dataSource.query(
        'SELECT COALESCE(SUM(e.debit - e.credit), 0) AS balance FROM entries e JOIN ledgers l ON l.id = e.ledger_id WHERE l.name = ? AND e.in_books = 1',
        [ledger],
      );
      return Number(row.balance).toFixed(2);
    },
    close: async () => {
      await dataSource.query(`DROP DATABASE ${database}`);
      close();
    },
  };
}

async function migrate(target: object): Promise<void> {
  const migrations = [...tenantSchema.migrations];
  const dataSource = new DataSource({ type: 'mysql', ...CONNECTION_DEFAULTS, ...target, migrations } as never);
  await dataSource.initialize();
  await dataSource.runMigrations({ transaction: 'none' });
  await dataSource.destroy();
}

/** The company's database as a request of it would get it. */
async function openTenant(server: { host?: string; port: number; user: string; password: string }, database: string) {
  const place = { host: server.host!, port: server.port, database };
  const record: TenantRecord = {
    id: database,
    subdomain: 'acme',
    status: 'active',
    provisioned: true,
    suspendedReason: null,
    schemaVersion: tenantSchema.schemaVersion,
    revision: '1',
    ...place,
  };
  const directory = {
    findById: async () => record,
    findBySubdomain: async () => record,
    credentials: async () => server,
  };
  const { entities, minSchemaVersion } = tenantSchema;
  const pools = new TenantPoolManager(
    { directory, entities, minSchemaVersion, baseDomain: 'localhost' },
    { ...TENANCY_LIMIT_DEFAULTS, poolMax: CONNECTIONS_MAX },
  );
  const { dataSource } = await pools.lease(record);
  return { dataSource, close: () => pools.onModuleDestroy() };
}

export type GivenCompany = Awaited<ReturnType<typeof givenCompany>>;

/** A two-entry voucher. */
export const twoEntries = (debited: string, credited: string, amount: string, date = '2023-05-02') => ({
  voucher_type: 'Journal',
  date,
  entries: [
    { ledger: debited, debit: amount },
    { ledger: credited, credit: amount },
  ],
});
