import { FindRollouts, RolloutDriver, type RolloutDto, toRolloutDto } from '@finvera/provisioning';
import type { INestApplicationContext } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../progress.js';

const LOOK_EVERY_MS = 300;
const DRIVE_EVERY_MS = 1_000;
const BAR_WIDTH = 24;

/**
 * Shows how a rollout goes until it ends, is paused or stopped, and does the work when no worker does.
 * @returns as it was last; `interrupted` after Ctrl-C, when workers go on with it
 */
export async function watchRollout(
  platform: INestApplicationContext,
  id: string,
  progress: Progress,
): Promise<{ rollout: RolloutDto; interrupted: boolean }> {
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.once('SIGINT', interrupt);
  let [drivenAtMs, driving] = [Number.NEGATIVE_INFINITY, false];
  try {
    for (;;) {
      const rollout = toRolloutDto(await platform.get(FindRollouts).one(id));
      progress.show(line(rollout));
      if (interrupted || !['running', 'rolling_back'].includes(rollout.status)) return { rollout, interrupted };
      if (!driving && performance.now() - drivenAtMs > DRIVE_EVERY_MS) {
        driving = true;
        drivenAtMs = performance.now();
        void platform
          .get(RolloutDriver)
          .run()
          .catch(() => undefined) // a worker, or the next try, goes on
          .finally(() => {
            driving = false;
          });
      }
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    process.off('SIGINT', interrupt);
    progress.end();
  }
}

function line({ counts, waves, wave, progress, status, estimated_seconds_left: left }: RolloutDto): string {
  const filled = Math.round((progress / 100) * BAR_WIDTH);
  const parts = [
    `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${progress} %`,
    status === 'rolling_back'
      ? `${counts.rolled_back} rolled back`
      : `wave ${wave} of ${waves.length}, ${counts.done} done`,
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(left !== null && counts.pending > 0 ? [`about ${left} s left`] : []),
  ];
  return parts.join(', ');
}

/** One line of a table. */
export const rolloutRow = (rollout: RolloutDto) => ({
  id: rollout.id,
  status: rollout.status,
  target_version: rollout.target_version,
  wave: `${rollout.wave}/${rollout.waves.length}`,
  ...rollout.counts,
  reason: rollout.reason ?? '',
});
