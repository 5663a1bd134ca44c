import type { TenantScope } from '@finvera/tenancy';
import { ImportSteps } from './import-steps.js';
import { RemoveForgotten } from './remove-forgotten.js';

const HOUR_MS = 3_600_000;
/** Of one company in one run, so that it ends. */
const STEPS_MAX = 500;

/** Imports whose process is gone go on, in every company, also when nobody asks what became of them. */
export const resumeImportsSchedule = {
  name: 'resume-imports',
  description:
    'takes imports of books to their end that a process left half-way, and throws files away that nobody imported, in every company',
  everyMs: HOUR_MS,
  offsetMs: HOUR_MS / 3,
  async run(scope: TenantScope): Promise<Record<string, number>> {
    const steps = await scope.get(ImportSteps);
    const ids = await steps.underWay();
    let done = 0;
    for (const id of ids) while (done < STEPS_MAX && (await steps.step(id))) done += 1;
    const forgotten = await (await scope.get(RemoveForgotten)).run();
    return { imports_resumed: ids.length, files_removed: forgotten };
  },
};
