import { malformed } from '@finvera/common';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { backupAdapters } from './backup.adapters.js';
import { fleetAdapters } from './fleet.adapters.js';
import { logAdapters } from './log.adapters.js';
import type { RemoteApi } from './remote-api.js';
import { tenantAdapters } from './tenants.adapters.js';

export const notRemote = () =>
  malformed(
    'This command works on the databases themselves, and not through the API: run it where the platform runs, without FINVERA_URL.',
    undefined,
    'not_remote',
  );

/**
 * What commands get instead of the platform's own modules: the same use cases, done by the API of a platform elsewhere.
 * Commands do not notice. What the API cannot do is refused before anything happens; nothing is ever done here instead.
 */
export function remotePlatform(api: RemoteApi): INestApplicationContext {
  const known = new Map<unknown, object>(
    [...tenantAdapters(api), ...backupAdapters(api), ...fleetAdapters(api), ...logAdapters(api)].map(
      ({ type, methods }) => [type, methods],
    ),
  );
  const get = (type: Type<object>): object => {
    const methods = known.get(type);
    if (!methods) throw notRemote();
    return new Proxy(methods, {
      get(target, name, receiver) {
        if (typeof name === 'string' && name !== 'then' && !(name in target)) throw notRemote();
        return Reflect.get(target, name, receiver);
      },
    });
  };
  return { get } as unknown as INestApplicationContext;
}
