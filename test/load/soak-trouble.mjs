import { setTimeout as sleep } from 'node:timers/promises';
import { pick } from './traffic.mjs';

const DOWN_MS = { least: 500, most: 4_000 };
/** Everything is well for so long between two breaks; longer than HEALED_AFTER_MS now and then, so that healing shows. */
const WELL_MS = { least: 1_000, most: 12_000 };
const SUSPENDED_MS = { least: 1_000, most: 12_000 };
const TRY_AGAIN_MS = 200;

const between = ({ least, most }) => least + Math.random() * (most - least);

/** Kills (SIGKILL) and revives one after the other: the second MariaDB, Redis, the first MariaDB with the master database. */
export async function breakThings({ servers, log }, { untilMs, atLeast }) {
  const victims = [servers.databases[1], servers.redis, servers.databases[0]];
  for (let turn = 0; turn < atLeast * victims.length || performance.now() < untilMs; turn += 1) {
    const victim = victims[turn % victims.length];
    const isBack = log.wentDown(victim.name);
    await victim.kill();
    const rest = Math.max(0, untilMs - performance.now());
    await sleep(Math.min(between(DOWN_MS), DOWN_MS.least + rest));
    await victim.revive();
    isBack();
    await sleep(Math.min(between(WELL_MS), WELL_MS.least + rest));
  }
}

/** One company after the other, through one process or the other. */
export async function suspendAndReactivate({ apis, token, companies, log }, { untilMs }) {
  while (performance.now() < untilMs) {
    const { id } = pick(companies);
    const mark = log.suspending(id);
    await insist(() => pick(apis).call(steer(token, id, 'suspend')), id);
    mark.sure();
    await sleep(Math.min(between(SUSPENDED_MS), SUSPENDED_MS.least + Math.max(0, untilMs - performance.now())));
    mark.ending();
    await insist(() => pick(apis).call(steer(token, id, 'reactivate')), id);
    mark.ended();
  }
}

const steer = (token, id, what) => ({
  method: 'POST',
  path: `/api/admin/tenants/${id}/${what}`,
  token,
  body: what === 'suspend' ? { reason: 'soak' } : {},
});

/** The master database may be away: again until it is done. What was done already is refused as a conflict. */
async function insist(work, id) {
  for (;;) {
    const answer = await work();
    if (answer.status < 300 || answer.status === 409) return;
    if (answer.status !== 503) throw new Error(`steering ${id}: ${answer.status} ${answer.text}`);
    await sleep(TRY_AGAIN_MS);
  }
}
