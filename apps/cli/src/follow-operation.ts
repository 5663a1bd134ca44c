import type { Operation } from '@finvera/master-data';
import { SteerOperation } from '@finvera/provisioning';
import type { INestApplicationContext } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Progress } from './progress.js';

const LOOK_EVERY_MS = 200;
const UNFINISHED = ['queued', 'running', 'undoing'];

/** Waits until a worker has ended the operation, and shows its steps on stderr meanwhile. Ctrl-C ends the waiting alone. */
export async function followOperation(platform: INestApplicationContext, started: Operation): Promise<Operation> {
  const progress = new Progress();
  const steer = platform.get(SteerOperation);
  for (;;) {
    const operation = await steer.one(started.id);
    if (!UNFINISHED.includes(operation.status)) {
      progress.end();
      return operation;
    }
    const { kind, status, step, progress: percent } = operation;
    progress.show(`${kind}: ${status}${step ? `, ${step}` : ' (is a worker running?)'}, ${percent} %`);
    await sleep(LOOK_EVERY_MS);
  }
}
