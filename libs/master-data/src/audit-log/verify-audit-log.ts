import { malformed, SecretBox } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type AuditHead, readAuditEnd, sealOf } from './audit-chain.js';
import { type AuditProblem, ChainWalk } from './check-chain.js';

export interface AuditVerification {
  sound: boolean;
  /** entries that were looked at */
  entries: number;
  /** the oldest one that is kept */
  first_id: number;
  last_id: number;
  /** `number:hash` of the last entry: note it elsewhere, and a later run can prove that it is still in the chain */
  head: string;
  problem: AuditProblem | null;
}

export interface VerifyOptions {
  /** `head` of a former run */
  noted?: string;
  onProgress?: (entries: number, lastId: number) => void;
  /** reads in somebody's transaction */
  db?: EntityManager;
}

/** A chain that was cut while it was looked at is looked at again; by pruning, which is rare. */
const TRIES_MAX = 3;

/** Looks through the whole audit log for whatever was changed, removed, moved or added. */
@Injectable()
export class VerifyAuditLog {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly secrets: SecretBox,
  ) {}

  /** @throws DomainError 400 when `noted` is no `number:hash`, or names an entry that was removed after its time */
  async run({ noted, onProgress, db = this.master.manager }: VerifyOptions = {}): Promise<AuditVerification> {
    const former = noted === undefined ? undefined : parseNoted(noted);
    for (let attempt = 1; ; attempt += 1) {
      const { head } = await readAuditEnd(db);
      if (former && former.id <= head.anchorId)
        throw malformed(`Entry ${former.id} was removed after its time; note the head that this command prints now.`);
      const walk = new ChainWalk(
        db,
        head,
        ({ entries, lastId }) => onProgress?.(entries, lastId),
        former && { id: former.id, hash: former.hash },
      );
      const problem = (await this.walkToTheEnd(db, walk, head, former)) ?? null;
      if (problem && attempt < TRIES_MAX && (await this.wasPruned(db, head))) continue;
      return {
        sound: problem === null,
        entries: walk.entries,
        first_id: walk.firstId,
        last_id: walk.lastId,
        head: `${walk.lastId}:${walk.hash}`,
        problem,
      };
    }
  }

  /** Others append meanwhile: until nothing new has come. */
  private async walkToTheEnd(
    db: EntityManager,
    walk: ChainWalk,
    start: AuditHead,
    former?: { id: number; hash: string },
  ): Promise<AuditProblem | undefined> {
    for (let head = start; ; ) {
      const broken = await walk.to(head.lastId);
      if (broken) return broken;
      const end = await readAuditEnd(db);
      if (end.head.lastId === walk.lastId || end.head.lastId === head.lastId)
        return this.problemAtTheEnd(walk, end, former);
      head = end.head;
    }
  }

  private problemAtTheEnd(
    walk: ChainWalk,
    { head, newestId }: { head: AuditHead; newestId: number },
    former?: { id: number; hash: string },
  ): AuditProblem | undefined {
    if (newestId > head.lastId)
      return { kind: 'added', id: head.lastId + 1, message: `entry ${head.lastId + 1} was not written by us` };
    if (head.hash !== walk.hash || head.lastId !== walk.lastId)
      return {
        kind: 'head',
        id: null,
        message: `the chain ends at entry ${walk.lastId}, but its head says ${head.lastId}`,
      };
    if (head.anchorId > 0 && (Number(walk.checkpoint?.through_id) !== head.anchorId || walk.checkpoint?.through_hash !== head.anchorHash))
      return { kind: 'checkpoint', id: walk.firstId, message: `entries before ${walk.firstId} are gone, and no checkpoint says so` }; // biome-ignore format: a sentence
    const seal = sealOf(head, this.secrets);
    if (seal === 'unknown_key')
      return { kind: 'seal', id: null, message: 'the head was sealed with a key that is not given here: add it to ENCRYPTION_KEYS_PREVIOUS' }; // biome-ignore format: a sentence
    if (seal === 'false')
      return { kind: 'seal', id: null, message: 'the head was written by somebody without our ENCRYPTION_KEY: entries at the end may be missing, or the whole chain written anew' }; // biome-ignore format: a sentence
    if (former && former.id > walk.lastId)
      return { kind: 'noted', id: walk.lastId + 1, message: `entry ${former.id}, which was noted, is missing: the end was cut off` }; // biome-ignore format: a sentence
    return undefined;
  }

  private async wasPruned(db: EntityManager, before: AuditHead): Promise<boolean> {
    const { head } = await readAuditEnd(db);
    return head.anchorId !== before.anchorId;
  }
}

function parseNoted(noted: string): { id: number; hash: string } {
  const [, id, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(noted) ?? [];
  if (!id || !hash)
    throw malformed('What was noted must be a number and a hash, such as 1042:9f86d081…, as audit verify prints it.');
  return { id: Number(id), hash };
}
