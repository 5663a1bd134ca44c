import { type Actor, conflict, retryDeadlocks, SecretBox, sha256 } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { AuditLog } from '../audit-log/audit-log.js';
import { MasterConfig } from '../master.config.js';
import { ENCRYPTED_COLUMNS, type EncryptedColumn } from './encrypted-columns.js';
import { KeyRecord } from './key-record.js';
import { nameOf } from './key-status.js';
import { secretColumnSql } from './secret-column-sql.js';

/** Secrets that one transaction replaces. */
const BATCH = 100;
/** How long a second rotation waits for the first. */
const WAIT_MAX_MS = 600_000;
const ASK_EVERY_MS = 500;
/** Others may write with the former key while we read: looked at again until nothing was found, so often at most. */
const PASSES_MAX = 5;

export interface RotatedColumn {
  table: string;
  column: string;
  /** encrypted anew with the current key; in a dry run: that would be */
  rotated: number;
  /** written with a key that this process was not given */
  unreadable: number;
}

export interface RotateKeysResult {
  key_id: string;
  dry_run: boolean;
  columns: RotatedColumn[];
}

export interface RotateKeysOptions {
  dryRun?: boolean;
  /** told after each batch */
  onProgress?: (done: RotatedColumn) => void;
  /** told when another rotation is at work and is waited for */
  onWait?: () => void;
}

/**
 * Encrypts every secret of the master database anew with this process' ENCRYPTION_KEY, and makes that the current key.
 * Each secret is replaced only while it is what was read, so that whoever changes it meanwhile wins; a run that was
 * killed is taken up by the next. Two at once: the second waits, and finds nothing to do.
 */
@Injectable()
export class RotateKeys {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly config: MasterConfig,
    private readonly box: SecretBox,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError 409 `key_rotation_running` when another one is still at work after ten minutes */
  async run(actor: Actor, { dryRun = false, onProgress, onWait }: RotateKeysOptions = {}): Promise<RotateKeysResult> {
    const header = (await this.box.encrypt('')).split('.')[0]!;
    const columns = ENCRYPTED_COLUMNS.map((column) => ({
      column,
      done: { table: column.table, column: nameOf(column), rotated: 0, unreadable: 0 },
    }));
    await this.alone(async () => {
      for (let pass = 1; pass <= PASSES_MAX; pass += 1) {
        let found = 0;
        for (const { column, done } of columns) {
          const before = done.rotated;
          done.unreadable = 0;
          await this.rotateColumn(column, header, done, { dryRun, onProgress });
          found += done.rotated - before;
        }
        if (found === 0 || dryRun) break;
      }
      const unreadable = columns.some(({ done }) => done.unreadable > 0);
      if (!dryRun && !unreadable) await this.finish(actor, columns.map(({ done }) => done)); // biome-ignore format: one call
    }, onWait);
    return { key_id: this.box.kid, dry_run: dryRun, columns: columns.map(({ done }) => done) };
  }

  private async rotateColumn(
    column: EncryptedColumn,
    header: string,
    done: RotatedColumn,
    { dryRun, onProgress }: RotateKeysOptions,
  ): Promise<void> {
    const { pageOfOthers, replace } = secretColumnSql(column);
    for (let last = ''; ; ) {
      const page: { id: string; secret: string }[] = await this.master.query(pageOfOthers, [last, header, BATCH]);
      if (page.length === 0) return;
      last = page.at(-1)!.id;
      const fresh = await Promise.all(page.map(({ secret }) => this.encryptAnew(secret)));
      done.unreadable += fresh.filter((secret) => secret === null).length;
      const changes = page.flatMap(({ id, secret }, at) => (fresh[at] ? [[fresh[at], id, secret]] : []));
      if (dryRun) done.rotated += changes.length;
      else
        done.rotated += await retryDeadlocks(() =>
          this.master.transaction(async (tx) => {
            let replaced = 0;
            for (const change of changes) replaced += (await tx.query(replace, change)).affectedRows;
            return replaced;
          }),
        );
      onProgress?.(done);
    }
  }

  /** Null when it was written with a key that is not given here, or was changed. */
  private async encryptAnew(secret: string): Promise<string | null> {
    const plain = await this.box.decrypt(secret).catch(() => null);
    return plain === null ? null : this.box.encrypt(plain);
  }

  /** From here on a process with the former key alone is refused at its start. */
  private async finish(actor: Actor, columns: RotatedColumn[]): Promise<void> {
    await this.master.transaction(async (tx) => {
      const news = await new KeyRecord(this.master).makeCurrent(tx, this.box);
      const rotated = columns.reduce((sum, column) => sum + column.rotated, 0);
      if (!news && rotated === 0) return this.audit.sealWithCurrentKey(tx);
      await this.audit.record(tx, actor, {
        action: 'keys.rotated',
        objectType: 'encryption_key',
        objectId: this.box.kid,
        after: { key_id: this.box.kid, secrets: rotated },
      });
    });
  }

  /** Holds a lock that dies with this process. */
  private async alone(work: () => Promise<void>, onWait?: () => void): Promise<void> {
    const name = `finvera:rotate-keys:${sha256(this.config.MASTER_DB_NAME).slice(0, 16)}`;
    const session = this.master.createQueryRunner();
    try {
      if (!(await tryLock(session, name))) {
        onWait?.();
        if (!(await waitForLock(session, name)))
          throw conflict('key_rotation_running', 'Another rotation of the keys is at work; try again when it is done.');
      }
      await work();
    } finally {
      await session.query('SELECT RELEASE_LOCK(?)', [name]).catch(() => undefined); // it went with its connection
      await session.release();
    }
  }
}

/** Asks again and again: no statement at the master database may take as long as somebody may wait here. */
async function waitForLock(session: QueryRunner, name: string): Promise<boolean> {
  for (const deadlineMs = performance.now() + WAIT_MAX_MS; performance.now() < deadlineMs; await sleep(ASK_EVERY_MS))
    if (await tryLock(session, name)) return true;
  return false;
}

async function tryLock(session: QueryRunner, name: string): Promise<boolean> {
  const [row]: { got: number | string | null }[] = await session.query('SELECT GET_LOCK(?, 0) AS got', [name]);
  return Number(row?.got) === 1;
}
