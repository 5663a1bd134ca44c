import { malformed } from '@finvera/common';
import type { Operation, Rollout, ScheduleRun, Tenant } from '@finvera/master-data';
import type { OperationDto, RolloutDto, ScheduleRunDto, TenantDto } from '@finvera/provisioning';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;
/** What the language itself looks for in an object. */
const OF_THE_LANGUAGE = new Set(['then', 'toJSON', 'constructor', '$$typeof', 'asymmetricMatch', 'nodeType']);

/**
 * What the API says of a thing, as commands know it: camelCase, instants as dates. A field that the API does not say is an
 * error instead of undefined: nothing is printed that is not known.
 */
export function entityOf<T extends object>(dto: object, more: Partial<T> = {}): T {
  const fields = Object.fromEntries(
    Object.entries(dto).map(([name, value]) => [
      name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      typeof value === 'string' && INSTANT.test(value) ? new Date(value) : value,
    ]),
  );
  return new Proxy({ ...fields, ...more } as T, {
    get(target, name, receiver) {
      if (typeof name === 'string' && !(name in target) && !OF_THE_LANGUAGE.has(name))
        throw malformed(`The API does not say ${name}: this command works on the databases themselves (without FINVERA_URL).`); // biome-ignore format: one line
      return Reflect.get(target, name, receiver);
    },
  });
}

export const tenantOf = (dto: TenantDto): Tenant =>
  entityOf<Tenant>(dto, { dbUser: dto.separate_db_user ? 'of its own' : null });

export const operationOf = ({ error, result, ...dto }: OperationDto): Operation =>
  entityOf<Operation>(dto, {
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
    state: result ? { result } : {},
  });

export const scheduleRunOf = ({ error, ...dto }: ScheduleRunDto): ScheduleRun =>
  entityOf<ScheduleRun>(dto, { errorMessage: error });

export const rolloutOf = (dto: RolloutDto): Rollout => entityOf<Rollout>(dto);

/** As `toRolloutDto` takes it; gives the same again. */
export function rolloutViewOf(dto: RolloutDto) {
  const left = dto.counts.pending + dto.counts.running;
  const seconds = dto.estimated_seconds_left;
  return {
    rollout: rolloutOf(dto),
    waves: dto.waves.map(({ wave, ...counts }) => ({ wave, counts })),
    averageMs: seconds === null ? null : left === 0 ? 0 : (seconds * 1_000 * dto.concurrency_per_server) / left,
  };
}
