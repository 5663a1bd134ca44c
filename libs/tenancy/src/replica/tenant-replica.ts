import { DomainError, isUnreachable } from '@finvera/common';
import type { ReadSource } from './read-source.js';
import type { ReplicaReads } from './replica-reads.js';

/** How long a read waits for the replica to catch up; then it goes to the primary. */
const CATCH_UP_SECONDS = 0.2;
/** A replica that this tenant cannot be read from, for want of rights or of its database, is not asked again before this. */
const REFUSED_PAUSE_MS = 30_000;

/**
 * What the primary has written to its binary log so far; empty when it writes none. Each engine reads the comment that
 * is meant for it.
 */
const POSITION = 'SELECT /*M! @@GLOBAL.gtid_binlog_pos */ /*!50700 @@GLOBAL.gtid_executed */ AS position';

/** 0 when the replica has applied that much within the time. */
const CATCH_UP = `SELECT /*M! MASTER_GTID_WAIT(until.position, until.seconds) */
    /*!50700 WAIT_FOR_EXECUTED_GTID_SET(until.position, until.seconds) */ AS missed
  FROM (SELECT ? AS position, ? AS seconds) until`;

/** One tenant's database on the replica of its server. */
export class TenantReplica {
  private refusedUntilMs = 0;

  constructor(
    /** reads alone: its connections change nothing */
    readonly dataSource: ReadSource,
    private readonly reads: ReplicaReads,
  ) {}

  /**
   * Whether the replica has everything that the primary acknowledged before this was asked. Costs a round trip to each,
   * and the time to catch up: 200 ms at most. When it has, `answered` or `failed` must follow.
   * @throws what the primary throws
   */
  async hasCaughtUp(primary: ReadSource): Promise<boolean> {
    if (performance.now() < this.refusedUntilMs || this.reads.isLeftAlone) return false;
    const [{ position }]: [{ position: string | null }] = await primary.query(POSITION);
    if (!this.reads.begin()) return false;
    if (!position) {
      this.refuse();
      return false;
    }
    try {
      const [{ missed }] = await this.dataSource.query<[{ missed: string | null }]>(CATCH_UP, [
        position,
        CATCH_UP_SECONDS,
      ]);
      if (missed !== null && Number(missed) === 0) return true;
      this.reads.wasBehind();
    } catch (error) {
      this.failed(error);
    }
    return false;
  }

  answered(): void {
    this.reads.answered();
  }

  failed(error: unknown): void {
    const cause = error instanceof DomainError ? error.cause : error;
    // a DomainError without a cause: the pool itself refused
    if (cause === undefined || isUnreachable(cause)) this.reads.wasAway();
    else this.refuse();
  }

  private refuse(): void {
    this.refusedUntilMs = performance.now() + REFUSED_PAUSE_MS;
    this.reads.refused();
  }
}
