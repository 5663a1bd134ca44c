import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { type FrozenProgram, thaw } from './frozen-program.js';
import type { Lane } from './lane.js';
import type { Reached } from './stand-still.js';

export const FAULTS = ['worker', 'api', 'mariadb', 'redis', 'cut'] as const;
export type Fault = (typeof FAULTS)[number];

export const FAULT_NAMES: Record<Fault, string> = {
  worker: 'SIGKILL worker',
  api: 'SIGKILL API',
  mariadb: 'SIGKILL MariaDB',
  redis: 'Redis emptied',
  cut: 'connection cut',
};

const BLOCKED_WITHIN_MS = 3_000;
const LOCK_WAIT_SECONDS = 2;

/** Who stands where, and how to let it go on. */
export interface Standing {
  plan: number;
  reached: Reached;
  /** its program, stopped as well */
  frozen: FrozenProgram | null;
}

/** Does the harm, brings the services back, and lets whoever stood still go on if it is still there. */
export async function inflict(lane: Lane, fault: Fault, standing: readonly Standing[]): Promise<void> {
  const frozen = standing.flatMap((each) => each.frozen ?? []);
  await HARM[fault](lane, standing, frozen);
  frozen.forEach(thaw);
}

type Harm = (lane: Lane, standing: readonly Standing[], frozen: readonly FrozenProgram[]) => Promise<void>;

const HARM: Record<Fault, Harm> = {
  async worker(lane, standing) {
    await lane.platform.worker!.kill();
    lane.platform.startWorker();
    goOn(lane, standing);
  },
  async api(lane, standing) {
    await lane.platform.apis[0]!.kill();
    goOn(lane, standing);
    await lane.restartApi();
  },
  async mariadb(lane, standing) {
    await lane.killMariadb();
    goOn(lane, standing.filter(atStatement), 'lost'); // they meet it down
    await lane.reviveMariadb();
    goOn(
      lane,
      standing.filter((each) => !atStatement(each)),
    );
    await lane.platform.untilReady();
  },
  async redis(lane, standing) {
    await lane.flushRedis();
    goOn(lane, standing);
  },
  async cut(lane, standing, frozen) {
    if (standing[0]?.reached.place === 'before') return cutWhileItRuns(lane, standing[0]);
    await lane.cutConnections(frozen.flatMap(({ hosts }) => hosts));
    for (const each of standing) if (atStatement(each)) await cutOne(lane, each.reached.connection!);
    if (standing.every(({ reached }) => reached.place === 'end' || reached.place === 'begin'))
      await lane.cutConnections();
    goOn(lane, standing, 'lost');
  },
};

const atStatement = ({ reached }: Standing) => reached.place === 'sent';

function goOn(lane: Lane, standing: readonly Standing[], answer: 'given' | 'lost' = 'given'): void {
  for (const { plan, reached } of standing) if (reached.place !== 'program') lane.still.go(plan, reached.place, answer);
}

async function cutOne(lane: Lane, id: number): Promise<void> {
  await lane.platform.sql('KILL ?', [id]).catch(() => undefined); // it may have ended by itself
  await sleep(10); // until the client has heard of it
}

/** Holds the server's writes, so that the statement hangs in the midst of it, and kills its connection there. */
async function cutWhileItRuns(lane: Lane, { plan, reached }: Standing): Promise<void> {
  const holder = await lane.platform.connect();
  const watcher = await lane.platform.connect();
  try {
    await holder.query('SET lock_wait_timeout = ?', [LOCK_WAIT_SECONDS]);
    const holds = await holder.query('FLUSH TABLES WITH READ LOCK').then(
      () => true,
      () => false, // its own transaction stands in the way: then the answer is lost instead
    );
    lane.still.go(plan, 'before');
    if (holds) await untilBlocked(watcher, reached.connection!);
    await watcher.query('KILL ?', [reached.connection]).catch(() => undefined);
    await holder.query('UNLOCK TABLES');
    lane.still.go(plan, 'sent', 'lost');
  } finally {
    holder.destroy();
    watcher.destroy();
  }
}

async function untilBlocked(watcher: Connection, id: number): Promise<void> {
  for (const deadline = performance.now() + BLOCKED_WITHIN_MS; performance.now() < deadline; ) {
    const [rows] = await watcher.query<RowDataPacket[]>(
      "SELECT state FROM information_schema.processlist WHERE id = ? AND command = 'Query' AND state LIKE 'Waiting%'",
      [id],
    );
    if (rows.length > 0) return;
  }
}
