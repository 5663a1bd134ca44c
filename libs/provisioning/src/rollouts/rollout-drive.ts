import { newUuid } from '@finvera/common';
import type { Rollout } from '@finvera/master-data';
import type { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationLock } from '../operations/operation-locks.js';
import type { OperationRunner } from '../operations/operation-runner.js';
import type { RolloutProgress } from './rollout-progress.js';
import type { RolloutStore } from './rollout-store.js';
import { type LaneTools, ServerLane } from './server-lane.js';

/** Between two looks at what is due and whether somebody paused it. */
const LOOK_EVERY_MS = 250;
/** Between two looks for companies whose process ended. */
const ADOPT_EVERY_MS = 2_000;
const ADOPT_MAX = 50;
/** Between two counts of a rollout that waits. */
const COUNT_EVERY_MS = 1_000;
/** A server that cannot be reached is left alone for so long. */
const SERVER_AWAY_SECONDS = 15;
/** After a failure that nobody expected. */
const REST_MS = 5_000;

export interface DriveTools extends LaneTools {
  store: RolloutStore;
  progress: RolloutProgress;
  runner: OperationRunner;
  logger: Logger;
}

export const isWorkable = ({ status }: Pick<Rollout, 'status'>) => status === 'running' || status === 'rolling_back';

/** One process's way through a rollout, from taking its lock to its end, a pause, or the end of the process. */
export class RolloutDrive {
  private readonly lanes = new Map<string, Promise<void>>();
  private readonly token = newUuid();
  private stopped = false;
  private adopting?: Promise<void>;
  private adoptedAtMs = Number.NEGATIVE_INFINITY;
  private countAgainMs = 0;

  constructor(
    private rollout: Rollout,
    private readonly lock: OperationLock,
    private readonly tools: DriveTools,
  ) {}

  async toTheEnd(): Promise<void> {
    const { id } = this.rollout;
    try {
      for (;;) {
        this.rollout = await this.tools.store.one(id);
        if (this.isOver()) break;
        if (await this.look()) continue;
        await Promise.race([sleep(LOOK_EVERY_MS), ...this.lanes.values()]);
      }
    } finally {
      this.stopped = true;
      await Promise.allSettled([...this.lanes.values(), this.adopting]);
    }
  }

  /** Nothing more is begun; what is under way ends. */
  stop(): void {
    this.stopped = true;
  }

  private isOver(): boolean {
    return this.stopped || this.lock.signal.aborted || !isWorkable(this.rollout);
  }

  /** @returns whether there may be more to do at once */
  private async look(): Promise<boolean> {
    const { rollout } = this;
    if (rollout.notBefore && rollout.notBefore > new Date()) return false;
    if (performance.now() - this.adoptedAtMs > ADOPT_EVERY_MS)
      this.adopting ??= this.adopt().finally(() => {
        this.adopting = undefined;
        this.adoptedAtMs = performance.now();
      });
    for (const serverId of await this.tools.store.serversWithWork(rollout))
      if (!this.lanes.has(serverId))
        this.lanes.set(
          serverId,
          this.drain(rollout, serverId).finally(() => {
            this.lanes.delete(serverId);
            this.countAgainMs = 0;
          }),
        );
    return this.lanes.size === 0 && this.advance(rollout);
  }

  /** Counting takes as long as the rollout is large: while it only waits, it is done now and then. */
  private async advance(rollout: Rollout): Promise<boolean> {
    if (performance.now() < this.countAgainMs) return false;
    const advanced = await this.tools.progress.advance(rollout);
    if (!advanced) this.countAgainMs = performance.now() + COUNT_EVERY_MS;
    return advanced;
  }

  private async drain(rollout: Rollout, serverId: string): Promise<void> {
    const { store, logger } = this.tools;
    const mayGoOn = () => !this.isOver() && this.rollout.status === rollout.status;
    const work = { rollout, serverId, token: this.token, signal: this.lock.signal, mayGoOn };
    try {
      const reached = await new ServerLane(this.tools, work).drain();
      if (reached) return;
      logger.warn({ msg: 'a database server cannot be reached', rollout_id: rollout.id, server_id: serverId });
      await store.deferServer(rollout.id, serverId, SERVER_AWAY_SECONDS);
    } catch (error) {
      logger.error({ msg: 'a rollout met a failure', rollout_id: rollout.id, server_id: serverId, err: error });
      if (!this.isOver()) await sleep(REST_MS);
    }
  }

  /** Companies that another process, or a lost connection, left in the middle: the engine goes on with them. */
  private async adopt(): Promise<void> {
    const { store, runner, logger } = this.tools;
    try {
      for (const { operation_id } of await store.running(this.rollout.id, ADOPT_MAX)) {
        if (this.stopped) return;
        await runner.run(operation_id).catch((error: unknown) => {
          logger.warn({ msg: 'a company could not be migrated', operation_id, err: error });
        });
      }
    } catch (error) {
      logger.warn({ msg: 'could not look for companies left in the middle', rollout_id: this.rollout.id, err: error });
    }
  }
}
