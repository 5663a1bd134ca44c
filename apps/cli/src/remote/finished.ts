import { conflict } from '@finvera/common';
import type { Operation } from '@finvera/master-data';
import { setTimeout as sleep } from 'node:timers/promises';
import { part } from './adapter.js';
import { operationOf } from './entities.js';
import type { RemoteApi } from './remote-api.js';

const LOOK_EVERY_MS = 300;

/** Waits for the end of an operation. @throws DomainError when it did not succeed */
export async function finished(api: RemoteApi, started: Operation): Promise<void> {
  for (
    let operation = started;
    ;
    operation = operationOf((await api.get(`operations/${part(started.id)}`)).data.operation)
  ) {
    if (operation.status === 'succeeded') return;
    if (['failed', 'undone', 'cancelled'].includes(operation.status))
      throw conflict(operation.errorCode ?? 'operation_failed', `${operation.errorMessage ?? 'It failed.'} (operation ${operation.id}, ${operation.status})`); // biome-ignore format: one line
    await sleep(LOOK_EVERY_MS);
  }
}
