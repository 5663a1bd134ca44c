import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';
import { RowGate } from './support/row-gate.js';

interface Backup {
  id: string;
  kind: string;
  status: string;
  rows: number;
  keep_until: string | null;
}

/** Several commands and workers are started, each takes its time where the machine is busy. */
const PATIENCE_MS = 180_000;

let platform: Platform;
let acme: GivenTenant;

beforeAll(async () => {
  platform = await givenPlatform({ env: { RECONCILE_EVERY_MS: '200' } });
  acme = await platform.givenTenant();
}, 120_000);

const backupsOf = async ({ id }: GivenTenant): Promise<Backup[]> =>
  (await platform.admin.get(`/api/admin/tenants/${id}/backups`)).body.data.backups;

const filesOf = ({ id }: GivenTenant) => {
  const path = join(platform.env.ARCHIVE_DIR!, id);
  return existsSync(path) ? readdirSync(path) : [];
};

const start = async ({ id }: GivenTenant): Promise<string> => {
  const { status, body, text } = await platform.admin.post(`/api/admin/tenants/${id}/backups`);
  expect([status, text]).toEqual([202, expect.any(String)]);
  expect(body.data.operation).toMatchObject({ kind: 'backup_tenant', tenant_id: id });
  return body.data.operation.id;
};

const ended = (id: string) =>
  until(
    async () => {
      const { operation } = (await platform.admin.get(`/api/admin/operations/${id}`)).body.data;
      return !['queued', 'running', 'undoing'].includes(operation.status) && operation;
    },
    `operation ${id} ends\n${platform.worker!.output.slice(-1_500)}`,
  );

/** What the census finds of this company and of trials of its backups; the server has companies of other tests as well. */
async function findings(): Promise<string[]> {
  const { findings: all } = (await platform.admin.get('/api/admin/census')).body.data.census;
  const own = [acme.id, acme.dbName, ...(await backupsOf(acme)).map(({ id }) => id.replaceAll('-', ''))];
  const found: string[] = all.map(
    ({ kind, name, tenant_id }: Record<string, string>) => `${kind} ${name} ${tenant_id}`,
  );
  return found.filter((one) => own.some((name) => one.includes(name)));
}

describe('backups of companies at work', () => {
  it(
    'one snapshot while vouchers are posted, proved by a trial restore; nobody is kept waiting, nothing is left over',
    async () => {
      await acme.user.post('/api/ledgers', { name: 'Sales', group: 'Sales Accounts' });
      const vouchers = Array.from({ length: 20 }, () => ({
        voucher_type: 'Receipt',
        date: '2026-04-01',
        entries: [
          { ledger: 'Cash', debit: '1.00' },
          { ledger: 'Sales', credit: '1.00' },
        ],
      }));
      let posted = 0;
      let writing = true;
      const post = async () => {
        while (writing) {
          expect((await acme.user.post('/api/vouchers/bulk', { vouchers })).status).toBe(201);
          posted += vouchers.length;
        }
      };
      const posting = post();
      await until(async () => posted > 0, 'the first are posted');
      const before = posted;
      const operation = await ended(await start(acme));
      const after = posted;
      writing = false;
      await posting;
      expect(operation).toMatchObject({ status: 'succeeded', progress: 100 });
      expect(after).toBeGreaterThan(before); // it went on meanwhile
      const [backup] = await backupsOf(acme);
      expect(backup).toMatchObject({ kind: 'manual', status: 'verified', keep_until: expect.any(String) });
      expect((Date.parse(backup!.keep_until!) - Date.now()) / 86_400_000).toBeCloseTo(30, 1);
      // what the copy holds is of one moment: two entries for each voucher
      const [row] = await platform.sql<{ contents: unknown }>('SELECT contents FROM backups WHERE id = ?', [
        backup!.id,
      ]);
      const contents = typeof row!.contents === 'string' ? JSON.parse(row!.contents) : row!.contents;
      const tables = contents.tables as { name: string; rows: number }[];
      const rowsIn = (name: string) => tables.find((table) => table.name === name)!.rows;
      expect(rowsIn('vouchers') % vouchers.length).toBe(0);
      expect(rowsIn('vouchers')).toBeGreaterThanOrEqual(before);
      expect(rowsIn('entries')).toBe(2 * rowsIn('vouchers'));
      expect(filesOf(acme)).toHaveLength(2);
      expect(await findings()).toEqual([]);
      const { body } = await platform.admin.get(`/api/admin/audit-log?tenant_id=${acme.id}&action=backup.taken`);
      expect(body.data.entries).toHaveLength(1);
      expect(JSON.stringify(body)).not.toContain('data_key');

      // opened, it can be loaded by hand
      const loaded = `${platform.env.MASTER_DB_NAME}_copy`;
      await platform.sql(`CREATE DATABASE ${loaded}`);
      try {
        load(backup!.id, loaded);
        expect(await platform.sql('SELECT COUNT(*) AS n FROM entries', [], loaded)).toEqual([
          { n: String(rowsIn('entries')) },
        ]);
        await expect(platform.sql("UPDATE edit_log SET action = 'x'", [], loaded)).rejects.toThrow(/edit log/);
      } finally {
        await platform.sql(`DROP DATABASE ${loaded}`);
      }
      const opened = await platform.admin.get(`/api/admin/audit-log?tenant_id=${acme.id}&action=backup.opened`);
      expect(opened.body.data.entries).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  it(
    'backup:tenants backs up every company that has a database, without a worker as well; --older-than goes on where it broke off',
    async () => {
      const [archived, suspended] = [await platform.givenTenant(), await platform.givenTenant()];
      const { body } = await platform.admin.post(`/api/admin/tenants/${archived.id}/archive`);
      expect(await ended(body.data.operation.id)).toMatchObject({ status: 'succeeded' });
      await platform.admin.post(`/api/admin/tenants/${suspended.id}/suspend`, { reason: 'Non-payment' });
      await platform.worker!.stop();
      const rest = await run('tenants', 'backup', '--all', '--older-than', '1h', '--json');
      expect([rest.code, JSON.parse(rest.printed)]).toEqual([0, { total: 1, backed_up: 1, failed: 0, failures: [] }]);
      const none = await run('tenants', 'backup', '--all', '--older-than', '1h');
      expect([none.code, none.output]).toEqual([0, expect.stringContaining('0 companies backed up, 0 failed')]);
      expect((await backupsOf(acme)).map(({ status }) => status)).toEqual(['verified']);
      expect((await backupsOf(suspended)).map(({ kind }) => kind)).toEqual(['manual']);
      expect((await backupsOf(archived)).map(({ kind }) => kind)).toEqual(['archive']);
      const one = await run('tenants', 'backup', archived.subdomain);
      expect([one.code, one.output]).toEqual([1, expect.stringContaining('is archived')]);
      platform.startWorker();
    },
    PATIENCE_MS,
  );

  it('the clock backs up who has no copy of the last hours', async () => {
    await platform.sql('DELETE FROM backups WHERE tenant_id = ? AND kind = ?', [acme.id, 'manual']);
    rmSync(join(platform.env.ARCHIVE_DIR!, acme.id), { recursive: true });
    platform.env.BACKUP_EVERY_HOURS = '24';
    const [runOfClock] = JSON.parse(await platform.cli('schedules', 'run', 'backups', '--json'));
    // by whoever takes it: the worker was started without the setting and copies all, the command only who has none
    expect(runOfClock).toMatchObject({ status: 'succeeded', result: { failed: 0 } });
    expect(await backupsOf(acme)).toMatchObject([{ kind: 'scheduled', status: 'verified' }]);
  });

  it(
    'killed in the midst of it, a backup is finished; one that cannot be written leaves nothing',
    async () => {
      const tenant = await platform.givenTenant();
      await platform.worker!.stop();
      const id = await start(tenant);
      expect(await platform.admin.post(`/api/admin/tenants/${tenant.id}/backups`)).toMatchObject({
        status: 409,
        body: { code: 'operation_running', operation_id: id },
      });
      for (const step of ['backup', 'verify', 'keep']) {
        const gate = await RowGate.close(platform, id);
        platform.startWorker();
        await gate.until((row) => row.step === step, step);
        await platform.worker!.kill();
        await gate.open();
      }
      platform.startWorker();
      expect(await ended(id)).toMatchObject({ status: 'succeeded' });
      expect(await backupsOf(tenant)).toMatchObject([{ status: 'verified', keep_until: expect.any(String) }]);
      expect(filesOf(tenant)).toHaveLength(2);
      expect(await findings()).toEqual([]);

      const blocked = await platform.givenTenant();
      writeFileSync(join(platform.env.ARCHIVE_DIR!, blocked.id), 'in the way');
      expect(await ended(await start(blocked))).toMatchObject({
        status: 'undone',
        error: { code: 'backup_storage_unavailable' },
      });
      expect(await backupsOf(blocked)).toEqual([]);
      rmSync(join(platform.env.ARCHIVE_DIR!, blocked.id));
    },
    PATIENCE_MS,
  );

  it('old copies go after their time, but never the newest of a company that is there', async () => {
    const tenant = await platform.givenTenant();
    for (let copies = 0; copies < 2; copies += 1)
      expect(await ended(await start(tenant))).toMatchObject({ status: 'succeeded' });
    await platform.sql(
      'UPDATE backups SET keep_until = DATE_SUB(UTC_TIMESTAMP(), INTERVAL 1 SECOND) WHERE tenant_id = ?',
      [tenant.id],
    );
    expect(JSON.parse(await platform.cli('retention', '--json'))[0]).toMatchObject({ backups: 1 });
    expect((await backupsOf(tenant)).map(({ status }) => status)).toEqual(['verified', 'removed']);
    expect(filesOf(tenant)).toHaveLength(2);
  });
});

async function run(...args: string[]) {
  const command = platform.startCli(...args);
  const { code } = await command.ended;
  return { code, printed: command.printed, output: command.output };
}

/** As people do it: piped from program to program. */
function load(backup: string, database: string): void {
  const { host, port, user, password } = platform.database;
  const pipe = `"${process.execPath}" dist/apps/cli/src/main.js tenants open-backup "$1" | mariadb -h "$2" -P "$3" -u "$4" "$5"`;
  const { status, stderr } = spawnSync(
    'bash',
    ['--norc', '-o', 'pipefail', '-c', pipe, 'bash', backup, host, String(port), user, database],
    {
      cwd: fileURLToPath(new URL('../', import.meta.url)),
      env: { PATH: process.env.PATH, ...platform.env, MYSQL_PWD: password } as NodeJS.ProcessEnv,
    },
  );
  expect([status, stderr.toString()]).toEqual([0, '']);
}
