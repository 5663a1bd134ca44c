import type { Actor } from '@finvera/common';
import { CONNECTION_DEFAULTS, TenantReader } from '@finvera/tenancy';
import { givenFreshTenant } from '@finvera/tenancy/testing';
import { DataSource } from 'typeorm';
import { AccountGroup } from '../chart/account-group.entity.js';
import { ManageGroups } from '../chart/manage-groups.js';
import { ManageLedgers } from '../chart/manage-ledgers.js';
import { OpeningBalance } from '../chart/opening-balance.js';
import { ReadLedgers } from '../chart/read-ledgers.js';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { SealEditLog } from '../edit-log/seal-edit-log.js';
import { CompanyRecords } from '../records/company-records.js';
import { tenantSchema } from '../schema/tenant-schema.js';
import { BuildTotals } from '../totals/build-totals.js';
import { FoldEntries } from '../totals/fold-entries.js';
import { FollowBooks } from '../upkeep/follow-books.js';
import { AlertMailStore } from '../balance-alerts/alert-mail-store.js';
import { RaiseAlerts } from '../balance-alerts/raise-alerts.js';
import { NoteDeliveries } from '../webhooks/note-deliveries.js';
import { KeepBooks } from '../upkeep/keep-books.js';
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
  const server = { host: host!, port: Number(TEST_DB_PORT), user: TEST_DB_USER, password: TEST_DB_PASSWORD };
  const { dataSource, close } = await givenFreshTenant(
    { server, entities: tenantSchema.entities, create: (_query, database) => migrate({ ...server, database }) },
    { poolMax: CONNECTIONS_MAX },
  );
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
  const totals = { fold: new FoldEntries(dataSource), build: new BuildTotals(dataSource) };
  const sealEditLog = new SealEditLog(dataSource);
  const alertMails = new AlertMailStore(dataSource, settings);
  const raiseAlerts = new RaiseAlerts(dataSource, settings, editLog);
  return {
    totals,
    raiseAlerts,
    alertMails,
    keepBooks: new KeepBooks(
      sealEditLog,
      totals.build,
      totals.fold,
      new FollowBooks(raiseAlerts, alertMails, sealEditLog, new NoteDeliveries(dataSource)),
    ),
    change,
    reader: new TenantReader(dataSource),
    records: new CompanyRecords(dataSource, transaction, editLog),
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
    dataSource,
    transaction,
    settings,
    editLog,
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
    close,
  };
}

async function migrate({ user: username, ...target }: { user: string; database: string }): Promise<void> {
  const migrations = [...tenantSchema.migrations];
  const dataSource = new DataSource({
    type: 'mysql',
    ...CONNECTION_DEFAULTS,
    ...target,
    username,
    migrations,
  } as never);
  await dataSource.initialize();
  await dataSource.runMigrations({ transaction: 'none' });
  await dataSource.destroy();
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
