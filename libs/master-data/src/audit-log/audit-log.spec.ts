import { type Actor, loadConfig, SecretBox } from '@finvera/common';
import { randomBytes } from 'node:crypto';
import { DataSource, type QueryRunner } from 'typeorm';
import { initMasterDatabase } from '../init-master-database.js';
import { MasterConfig } from '../master.config.js';
import { masterDataSourceOptions } from '../master-data-source.js';
import { auditHash, readAuditHead, sealedText } from './audit-chain.js';
import { AuditLog } from './audit-log.js';
import { PruneAuditLog } from './prune-audit-log.js';
import { SealAuditLog } from './seal-audit-log.js';
import { instantOf, readAuditRows, stateOf } from './read-audit-rows.js';
import { VerifyAuditLog } from './verify-audit-log.js';

const { TEST_DB_HOST, TEST_DB_PORT, TEST_DB_USER, TEST_DB_PASSWORD } = process.env;
const KEY = 'an encryption key for tests, 32 or more';
const ENTRIES = 60;
const TAMPERINGS = 1_000;
const NOW = Date.parse('2030-06-15T00:00:00Z');
const admin: Actor = { id: 'a-1', name: 'anna@finvera.test', kind: 'platform', requestId: 'req-12345', ip: '10.0.0.7' };

const pick = <T>(things: readonly T[]): T => things[Math.floor(Math.random() * things.length)]!;
const whole = (below: number) => Math.floor(Math.random() * below);

(TEST_DB_HOST ? describe : describe.skip)('the audit log', () => {
  let master: DataSource;
  let config: MasterConfig;
  const secrets = new SecretBox(KEY);
  const audit = new AuditLog(secrets);
  let verify: VerifyAuditLog;

  beforeAll(async () => {
    config = loadConfig(MasterConfig, {
      MASTER_DB_HOST: TEST_DB_HOST,
      MASTER_DB_PORT: TEST_DB_PORT,
      MASTER_DB_USER: TEST_DB_USER,
      MASTER_DB_PASSWORD: TEST_DB_PASSWORD,
      MASTER_DB_NAME: `test_audit_${randomBytes(6).toString('hex')}`,
      ENCRYPTION_KEY: KEY,
      AUDIT_KEEP_YEARS: '2',
    });
    await initMasterDatabase(config);
    master = await new DataSource(masterDataSourceOptions(config)).initialize();
    verify = new VerifyAuditLog(master, secrets);
    await append(ENTRIES);
    // whoever tampers has taken the guards away
    await master.query('DROP TRIGGER audit_log_no_change');
    await master.query('DROP TRIGGER audit_log_no_delete');
  });

  afterAll(async () => {
    await master?.query(`DROP DATABASE ${config.MASTER_DB_NAME}`);
    await master?.destroy();
  });

  const append = (count: number) =>
    master.transaction((tx) =>
      audit.recordMany(
        tx,
        admin,
        Array.from({ length: count }, (_, index) => ({
          action: pick(['tenant.suspended', 'tenant.updated', 'operation.failed']),
          tenantId: `tenant-${index % 7}`,
          objectType: 'tenant',
          objectId: `tenant-${index % 7}`,
          ...(index % 3 > 0 && { before: { status: 'active', storage_limit_mb: index, note: 'Müller & "Söhne"' } }),
          after: { status: 'suspended', reason: `Non-payment ${index}`, deep: { list: [index, null, 1.5] } },
        })),
      ),
    );

  /** Runs it in a transaction that is taken back afterwards. */
  async function tampered<T>(tamper: (db: QueryRunner) => Promise<unknown>, look: (db: QueryRunner) => Promise<T>) {
    const session = master.createQueryRunner();
    await session.startTransaction();
    try {
      await tamper(session);
      return await look(session);
    } finally {
      await session.rollbackTransaction();
      await session.release();
    }
  }

  const verified = (db: QueryRunner) => verify.run({ db: db.manager });
  const ids = async (): Promise<number[]> =>
    (await master.query('SELECT id FROM audit_log ORDER BY id')).map(({ id }: { id: string }) => Number(id));

  /** A change of one entry that leaves it different. */
  const CHANGES: readonly (readonly [string, (db: QueryRunner, id: number) => Promise<unknown>])[] = [
    ...['actor_id', 'actor_name', 'actor_kind', 'request_id', 'action', 'object_type', 'object_id'].map(
      (column) =>
        [
          `another ${column}`,
          (db: QueryRunner, id: number) =>
            db.query(`UPDATE audit_log SET ${column} = CONCAT(SUBSTRING(${column}, 2), ?) WHERE id = ?`, [
              pick(['x', '1', 'Ä', ' .']),
              id,
            ]),
        ] as const,
    ),
    ['upper case', (db, id) => db.query('UPDATE audit_log SET action = UPPER(action) WHERE id = ?', [id])],
    ['another ip', (db, id) => db.query("UPDATE audit_log SET ip = IF(ip IS NULL, '', NULL) WHERE id = ?", [id])],
    ['another tenant', (db, id) => db.query("UPDATE audit_log SET tenant_id = IF(tenant_id IS NULL, 'x', NULL) WHERE id = ?", [id])], // biome-ignore format: one change
    ['a microsecond', (db, id) => db.query('UPDATE audit_log SET at = at + INTERVAL ? MICROSECOND WHERE id = ?', [pick([-1, 1, 1_000, 5_000_000]), id])], // biome-ignore format: one change
    ['another state', (db, id) => db.query("UPDATE audit_log SET after_state = JSON_SET(COALESCE(after_state, '{}'), '$.status', 'deleted') WHERE id = ?", [id])], // biome-ignore format: one change
    ['no state', (db, id) => db.query("UPDATE audit_log SET before_state = IF(before_state IS NULL, '{}', NULL) WHERE id = ?", [id])], // biome-ignore format: one change
    ['a field twice', (db, id) => db.query(`UPDATE audit_log SET after_state = CONCAT('{"status":"erased",', SUBSTRING(COALESCE(after_state, '{"a":1}'), 2)) WHERE id = ?`, [id])], // biome-ignore format: one change
    ['another hash', (db, id) => db.query('UPDATE audit_log SET hash = SHA2(hash, 256) WHERE id = ?', [id])],
    ['another previous hash', (db, id) => db.query('UPDATE audit_log SET previous_hash = SHA2(previous_hash, 256) WHERE id = ?', [id])], // biome-ignore format: one change
    ['a deleted entry', (db, id) => db.query('DELETE FROM audit_log WHERE id = ?', [id])],
  ];

  async function swap(db: QueryRunner, a: number, b: number) {
    await db.query('UPDATE audit_log SET id = 999999 WHERE id = ?', [a]);
    await db.query('UPDATE audit_log SET id = ? WHERE id = ?', [a, b]);
    await db.query('UPDATE audit_log SET id = ? WHERE id = 999999', [b]);
  }

  /** Everything after an entry is written anew so that hashes fit, as somebody could who has read our code. */
  async function rewriteFrom(db: QueryRunner, first: number): Promise<void> {
    const head = await readAuditHead(db);
    let [before] = (await db.query('SELECT hash FROM audit_log WHERE id = ?', [first - 1])) as { hash: string }[];
    for await (const page of readAuditRows(db.manager, { after: first - 1, through: head.lastId }))
      for (const { id, previous_hash: _p, hash: _h, ...columns } of page) {
        const row = {
          ...columns,
          at: instantOf(columns),
          before_state: stateOf(columns.before_state),
          after_state: stateOf(columns.after_state),
        };
        const previous = before?.hash ?? head.anchorHash;
        const hash = auditHash(row, previous);
        await db.query('UPDATE audit_log SET previous_hash = CONCAT(?, id), hash = ? WHERE id = ?', ['', hash, id]);
        await db.query('UPDATE audit_log SET previous_hash = ? WHERE id = ?', [previous, id]);
        before = { hash };
      }
    await db.query('UPDATE audit_log_head SET hash = ?', [before!.hash]);
  }

  const REMOVALS: readonly (readonly [string, (db: QueryRunner, all: number[]) => Promise<unknown>])[] = [
    ['some at the end', (db, all) => db.query('DELETE FROM audit_log WHERE id > ?', [pick(all.slice(1)) - 1])],
    ['some at the beginning', (db, all) => db.query('DELETE FROM audit_log WHERE id <= ?', [pick(all.slice(0, -1))])],
    ['the end, with another head', async (db, all) => {
      const last = pick(all.slice(0, -1));
      await db.query('DELETE FROM audit_log WHERE id > ?', [last]);
      await db.query('UPDATE audit_log_head SET last_id = ?, hash = (SELECT hash FROM audit_log WHERE id = ?)', [last, last]);
    }], // biome-ignore format: a step a line
    ['two in exchange', (db, all) => {
      const a = pick(all);
      return swap(db, a, pick(all.filter((id) => id !== a)));
    }], // biome-ignore format: a step a line
    ['one removed, numbers closed up', async (db, all) => {
      const id = pick(all);
      await db.query('DELETE FROM audit_log WHERE id = ?', [id]);
      await db.query('UPDATE audit_log SET id = id - 1 WHERE id > ? ORDER BY id', [id]);
    }], // biome-ignore format: a step a line
    ['one inserted', async (db, all) => {
      const id = pick(all);
      await db.query('UPDATE audit_log SET id = id + 1 WHERE id >= ? ORDER BY id DESC', [id]);
      await db.query("INSERT INTO audit_log SELECT ?, at, actor_id, 'mallory', actor_kind, request_id, ip, action, tenant_id, object_type, object_id, before_state, after_state, SHA2(UUID(), 256), SHA2(UUID(), 256) FROM audit_log WHERE id = ?", [id, id + 1]);
    }], // biome-ignore format: a step a line
    ['one appended with fitting hashes', async (db, all) => {
      const head = await readAuditHead(db);
      const row = { at: '2030-01-01T00:00:00.000Z', actor_id: 'm', actor_name: 'mallory', actor_kind: 'platform', request_id: 'r', ip: null, action: 'tenant.updated', tenant_id: null, object_type: 't', object_id: 'o', before_state: null, after_state: null };
      await db.query('INSERT INTO audit_log (id, at, actor_id, actor_name, actor_kind, request_id, action, object_type, object_id, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
        all.at(-1)! + 1, '2030-01-01 00:00:00', 'm', 'mallory', 'platform', 'r', 'tenant.updated', 't', 'o', head.hash, auditHash(row, head.hash),
      ]);
      if (whole(2)) await db.query('UPDATE audit_log_head SET last_id = last_id + 1, hash = ?', [auditHash(row, head.hash)]);
    }], // biome-ignore format: a step a line
    [
      'another number',
      (db, all) =>
        db.query('UPDATE audit_log SET id = id + ? WHERE id >= ? ORDER BY id DESC', [1 + whole(5), pick(all)]),
    ],
    ['another head', (db) => db.query(pick([
      "UPDATE audit_log_head SET hash = SHA2(hash, 256)", 'UPDATE audit_log_head SET last_id = last_id + 1', 'UPDATE audit_log_head SET last_id = last_id - 1',
      'UPDATE audit_log_head SET gapless_after = 3', "UPDATE audit_log_head SET seal = ''", 'UPDATE audit_log_head SET anchor_id = 2', "UPDATE audit_log_head SET seal = CONCAT(seal, 'A')",
    ]))], // biome-ignore format: a list
  ];

  it('is sound as it was written', async () => {
    expect(await verify.run()).toMatchObject({ sound: true, entries: ENTRIES + 1, problem: null });
  });

  /** MySQL's JSON cannot hold a field twice: nothing is changed by it there. */
  const changesOf = (version: string) =>
    version.includes('MariaDB') ? CHANGES : CHANGES.filter(([name]) => name !== 'a field twice');

  it(`${TAMPERINGS.toLocaleString('en')} random tamperings are all found, changes of entries at the entry`, async () => {
    const all = await ids();
    const [{ version }] = await master.query('SELECT VERSION() AS version');
    const changes = changesOf(version);
    const missed: unknown[] = [];
    const kinds = new Map<string, number>();
    for (let round = 0; round < TAMPERINGS; round += 1) {
      const id = pick(all);
      const [name, tamper] = round % 3 === 0 ? pick(REMOVALS) : pick(changes);
      const isChange = round % 3 !== 0;
      const { sound, problem } = await tampered(
        (db) =>
          isChange
            ? (tamper as (typeof CHANGES)[number][1])(db, id)
            : (tamper as (typeof REMOVALS)[number][1])(db, all),
        verified,
      );
      kinds.set(problem?.kind ?? 'none', (kinds.get(problem?.kind ?? 'none') ?? 0) + 1);
      if (sound || (isChange && problem!.id !== id)) missed.push({ name, id, problem });
    }
    expect(missed).toEqual([]);
    expect([...kinds.keys()].sort()).toEqual(['added', 'changed', 'head', 'missing', 'moved', 'seal'].sort());
  });

  it('is found by the seal when the rest of the chain is written anew with fitting hashes', async () => {
    const { problem } = await tampered(async (db) => {
      await db.query("UPDATE audit_log SET actor_name = 'somebody else' WHERE id = 10");
      await rewriteFrom(db, 10);
    }, verified);
    expect(problem).toMatchObject({ kind: 'seal', id: null });
  });

  it('is found by a noted head when the master database is put back to an earlier state', async () => {
    const { head: noted } = await verify.run();
    const last = Number(noted.split(':')[0]);
    const before = await readAuditHead(master);
    await append(3);
    const { head: later } = await verify.run({ noted });
    const problem = await tampered(async (db) => {
      await db.query('DELETE FROM audit_log WHERE id > ?', [last]);
      await db.query('UPDATE audit_log_head SET hash = ?, last_id = ?, seal = ?', [before.hash, last, before.seal]);
    }, async (db) => [(await verified(db)).problem, (await verify.run({ noted: later, db: db.manager })).problem]); // biome-ignore format: a call
    expect(problem).toEqual([null, expect.objectContaining({ kind: 'noted', id: last + 1 })]);
  });

  it('that was tampered with stays found when it is appended to, until it is put right', async () => {
    const [kinds, again] = await tampered(
      async (db) => {
        await db.query('DELETE FROM audit_log WHERE id > 20');
        await db.query('UPDATE audit_log_head SET last_id = 20, hash = (SELECT hash FROM audit_log WHERE id = 20)');
        await audit.record(db.manager, admin, { action: 'tenant.updated', objectType: 'tenant', objectId: 't' });
      },
      async (db) => {
        const { problem } = await verified(db);
        await audit.sealWithCurrentKey(db.manager);
        return [problem, (await verified(db)).problem];
      },
    );
    expect(kinds).toMatchObject({ kind: 'seal' });
    expect(again).toMatchObject({ kind: 'seal' });
  });

  it('is sealed anew on request only, with a reason, and never when more is wrong', async () => {
    const seal = new SealAuditLog(master, verify, audit);
    await expect(seal.run(admin, 'no need')).rejects.toMatchObject({ code: 'audit_log_sealed' });
    await master.query("UPDATE audit_log_head SET seal = ''");
    const [row] = await master.query('SELECT * FROM audit_log WHERE id = 5');
    await master.query("UPDATE audit_log SET actor_name = 'x' WHERE id = 5");
    await expect(seal.run(admin, 'a copy was loaded')).rejects.toMatchObject({ code: 'audit_log_broken' });
    await master.query('UPDATE audit_log SET actor_name = ? WHERE id = 5', [row.actor_name]);
    expect(await seal.run(admin, 'a copy was loaded')).toMatchObject({ sound: true });
    const [entry] = await master.query('SELECT action, after_state FROM audit_log ORDER BY id DESC LIMIT 1');
    expect(entry.action).toBe('audit.sealed');
  });

  it('old months are removed behind an audited checkpoint, and what stays can be verified', async () => {
    const prune = new PruneAuditLog(master, config, secrets, audit);
    const { last_id: last, head: noted } = await verify.run();
    expect(await prune.run()).toEqual({ removed: 0, first_id: 1 });

    await append(5); // these are of this month, and so is one before them that stays in any case
    const broken = master.createQueryRunner();
    await broken.query("UPDATE audit_log SET ip = '6.6.6.6' WHERE id = 7");
    await expect(prune.run(NOW)).rejects.toMatchObject({ code: 'audit_log_broken' });
    await broken.query("UPDATE audit_log SET ip = '10.0.0.7' WHERE id = 7");
    await broken.release();

    const { removed, first_id } = await prune.run(NOW);
    expect([removed, first_id]).toEqual([last + 4, last + 5]);
    const after = await verify.run();
    expect(after).toMatchObject({ sound: true, entries: 2, first_id: last + 5, last_id: last + 6 });
    const again = await prune.run(NOW); // in 2030 the first checkpoint is as old as the rest
    expect(again).toMatchObject({ removed: 1 });
    expect(await verify.run()).toMatchObject({ sound: true, entries: 2 });
    await expect(verify.run({ noted })).rejects.toMatchObject({ status: 400 });

    const head = await readAuditHead(master);
    const { problem } = await tampered(async (db) => {
      await db.query('DELETE FROM audit_log');
      await db.query('UPDATE audit_log_head SET seal = ?', [secrets.seal(sealedText(head))]);
    }, verified);
    expect(problem).toMatchObject({ kind: 'missing' });
  });
});
