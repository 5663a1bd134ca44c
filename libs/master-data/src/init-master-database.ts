import { hashPassword, newUuid, quoteIdentifier, type SecretBox, systemActor } from '@finvera/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { AUDIT_CHAIN_START, readAuditHead, sealedText, writeAuditHead } from './audit-log/audit-chain.js';
import { AuditLog } from './audit-log/audit-log.js';
import { openSecretBox } from './encryption/open-secret-box.js';
import type { MasterConfig } from './master.config.js';
import { masterDataSourceOptions } from './master-data-source.js';
import { SEEDED_PLANS } from './plans/plan.entity.js';
import { MasterAuditChain1795501200000 } from './schema/1795501200000-audit-chain.js';

const LOCK = 'finvera:init-master';
const LOCK_WAIT_SECONDS = 60;
const ACTOR = systemActor('init-master');

export interface InitMasterResult {
  database: string;
  migrations: string[];
  /** set when this run made the first admin */
  adminEmail?: string;
}

/**
 * What the document's `initMasterDatabase.js` does: the database, its tables and indexes, the plans, the server that
 * holds it as the first place for tenants, and the first admin. Changes nothing that is there already.
 */
export async function initMasterDatabase(config: MasterConfig): Promise<InitMasterResult> {
  const options = {
    ...masterDataSourceOptions(config, { isMigrating: true }),
    database: undefined,
    entities: [],
    migrations: [],
  };
  const server = await new DataSource(options as DataSourceOptions).initialize();
  const lock = server.createQueryRunner();
  try {
    const [{ got }]: [{ got: string }] = await lock.query('SELECT GET_LOCK(?, ?) AS got', [LOCK, LOCK_WAIT_SECONDS]);
    if (Number(got) !== 1) throw new Error('another process is initialising the master database; try again');
    await lock.query(
      `CREATE DATABASE IF NOT EXISTS ${quoteIdentifier(config.MASTER_DB_NAME)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`,
    );
    return await fillMaster(config);
  } finally {
    await lock.release();
    await server.destroy();
  }
}

async function fillMaster(config: MasterConfig): Promise<InitMasterResult> {
  const master = await new DataSource(masterDataSourceOptions(config, { isMigrating: true })).initialize();
  try {
    const migrations = await master.runMigrations({ transaction: 'none' });
    const secrets = await openSecretBox(config, master);
    await beginAuditLog(
      master,
      secrets,
      migrations.some(({ name }) => name === MasterAuditChain1795501200000.name),
    );
    const audit = new AuditLog(secrets);
    await seedPlans(master);
    await registerDefaultServer(config, master, secrets, audit);
    const adminEmail = await makeFirstAdmin(config, master, audit);
    return { database: config.MASTER_DB_NAME, migrations: migrations.map(({ name }) => name), adminEmail };
  } finally {
    await master.destroy();
  }
}

/** A head that was there before there were seals gets one in the run that brings them; never later. */
async function beginAuditLog(master: DataSource, secrets: SecretBox, sealsAreNew: boolean): Promise<void> {
  const { affectedRows } = await master.query('INSERT IGNORE INTO audit_log_head (slot, hash) VALUES (1, ?)', [
    AUDIT_CHAIN_START,
  ]);
  if (affectedRows === 0 && !sealsAreNew) return;
  await master.transaction(async (tx) => {
    const head = await readAuditHead(tx, { lock: true });
    if (head.seal === '') await writeAuditHead(tx, { ...head, seal: secrets.seal(sealedText(head)) });
  });
}

async function seedPlans(master: DataSource): Promise<void> {
  for (const plan of SEEDED_PLANS)
    await master.query(
      `INSERT IGNORE INTO plans (code, name, storage_limit_mb, placement_class, requests_per_minute, monthly_price)
         VALUES (?, ?, ?, ?, ?, ?)`,
      [plan.code, plan.name, plan.storageLimitMb, plan.placementClass, plan.requestsPerMinute, plan.monthlyPrice],
    );
}

/** The server of the master database is the first place for tenants. When it was moved, its tenants' addresses follow. */
async function registerDefaultServer(
  config: MasterConfig,
  master: DataSource,
  secrets: SecretBox,
  audit: AuditLog,
): Promise<void> {
  const { MASTER_DB_HOST: host, MASTER_DB_PORT: port, MASTER_DB_USER: user } = config;
  const password = await secrets.encrypt(config.MASTER_DB_PASSWORD);
  const [existing]: { id: string; host: string; port: number; admin_user: string; admin_password: string }[] =
    await master.query(
      'SELECT id, host, port, admin_user, admin_password FROM database_servers WHERE is_default = 1 LIMIT 1',
    );
  if (!existing) {
    const id = newUuid();
    await master.transaction(async (tx) => {
      const { affectedRows } = await tx.query(
        "INSERT IGNORE INTO database_servers (id, name, host, port, admin_user, admin_password, is_default, engine) VALUES (?, 'default', ?, ?, ?, ?, 1, VERSION())",
        [id, host, port, user, password],
      );
      const after = { name: 'default', host, port, admin_user: user };
      if (affectedRows > 0)
        await audit.record(tx, ACTOR, { action: 'server.added', objectType: 'server', objectId: id, after });
    });
    return;
  }
  const samePassword = (await secrets.decrypt(existing.admin_password)) === config.MASTER_DB_PASSWORD;
  if (existing.host === host && Number(existing.port) === port && existing.admin_user === user && samePassword) return;
  await master.transaction(async (tx) => {
    await tx.query('UPDATE database_servers SET host = ?, port = ?, admin_user = ?, admin_password = ? WHERE id = ?', [
      host, port, user, password, existing.id,
    ]); // biome-ignore format: one call
    await tx.query('UPDATE tenant_master SET db_host = ?, db_port = ? WHERE server_id = ?', [host, port, existing.id]);
    await audit.record(tx, ACTOR, {
      action: 'server.changed',
      objectType: 'server',
      objectId: existing.id,
      before: { host: existing.host, port: Number(existing.port), admin_user: existing.admin_user },
      after: { host, port, admin_user: user, ...(!samePassword && { admin_password: 'changed' }) },
    });
  });
}

async function makeFirstAdmin(config: MasterConfig, master: DataSource, audit: AuditLog): Promise<string | undefined> {
  if (!config.ADMIN_EMAIL || !config.ADMIN_PASSWORD) return undefined;
  const [{ count }]: [{ count: string }] = await master.query('SELECT COUNT(*) AS count FROM admins');
  if (Number(count) > 0) return undefined;
  const email = config.ADMIN_EMAIL.toLowerCase();
  const id = newUuid();
  const passwordHash = await hashPassword(config.ADMIN_PASSWORD);
  await master.transaction(async (tx) => {
    await tx.query('INSERT IGNORE INTO admins (id, email, name, password_hash) VALUES (?, ?, ?, ?)', [
      id, email, 'Administrator', passwordHash,
    ]); // biome-ignore format: one call
    await audit.record(tx, ACTOR, { action: 'admin.created', objectType: 'admin', objectId: id, after: { email } });
  });
  return email;
}
