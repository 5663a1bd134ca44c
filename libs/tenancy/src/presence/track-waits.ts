import { DomainError } from '@finvera/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Presence } from './presence.js';

const storage = new AsyncLocalStorage<Presence>();
let tracked = 0;

/**
 * Runs work so that each wait for a connection that it begins ends when whoever asked leaves. TypeORM's calls have no
 * argument that could carry this. It says nothing of the tenant, and without it a wait ends at its deadline.
 *
 * On Node 20 following the asynchronous context costs a tenth of a request's processor time, also for requests that are
 * not followed. So it is used only while there is a crowd, and switched off when the last of them is answered.
 */
export function trackWaits<T>(presence: Presence, work: () => T): T {
  tracked += 1;
  presence.onLeave(() => {
    tracked -= 1;
    if (tracked === 0) storage.disable();
  });
  return storage.run(presence, work);
}

/** On whose behalf this code runs, when that is tracked. */
export const trackedPresence = (): Presence | undefined => (tracked > 0 ? storage.getStore() : undefined);

/** Nobody reads it: whoever asked has hung up. */
export const abandoned = () =>
  new DomainError('client_gone', 499, 'The client hung up while it waited for the database of this company.');
